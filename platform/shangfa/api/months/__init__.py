"""/v1/programmes."""
