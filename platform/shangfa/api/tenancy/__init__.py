"""/v1/tenants and /v1/plugins."""
