"""A database whose rows lie on several servers, each company's together (Citus)."""
