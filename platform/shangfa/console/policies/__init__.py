"""Schemes, read as documents."""
