"""The slip of a decision: what is on it, and how its amount is written."""
