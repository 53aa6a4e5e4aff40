"""A company that is made up, filled for a year."""
