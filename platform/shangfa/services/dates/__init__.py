"""The days by which companies count."""
