"""Reports in SQL."""
