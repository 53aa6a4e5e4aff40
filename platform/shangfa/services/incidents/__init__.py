"""Incidents recorded, previewed and read back."""
