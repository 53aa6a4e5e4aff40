"""Tend the database of a deployment."""
