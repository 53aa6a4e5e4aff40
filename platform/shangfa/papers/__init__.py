"""Papers: bytes out of values, the same bytes for the same value."""
