"""/v1/subjects."""
