"""Background work on our PostgreSQL, with procrastinate."""
