"""Installed plugins: found, checked, handed out."""
