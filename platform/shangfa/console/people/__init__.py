"""People and how they stand."""
