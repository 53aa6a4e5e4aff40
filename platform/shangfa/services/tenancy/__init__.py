"""Tenants, their plugins, and the tenant made ready to assess."""
