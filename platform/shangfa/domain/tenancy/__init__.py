"""Tenants: one company each, kept apart."""
