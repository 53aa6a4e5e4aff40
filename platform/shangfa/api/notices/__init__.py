"""/v1/notices."""
