"""A deployment at work."""
