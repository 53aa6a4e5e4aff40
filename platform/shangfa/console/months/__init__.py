"""Months that close."""
