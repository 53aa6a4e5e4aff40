"""Evidence: handed in, given out, packed."""
