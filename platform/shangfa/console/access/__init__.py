"""Signing in and out, the language, the role."""
