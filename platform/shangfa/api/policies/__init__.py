"""/v1/policies."""
