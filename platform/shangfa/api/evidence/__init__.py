"""/v1/evidence."""
