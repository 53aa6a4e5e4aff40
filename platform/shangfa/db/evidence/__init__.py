"""Evidence in SQL."""
