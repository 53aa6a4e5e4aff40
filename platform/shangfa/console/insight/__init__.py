"""A year from afar: pictures with their tables."""
