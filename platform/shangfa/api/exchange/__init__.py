"""/v1/changes."""
