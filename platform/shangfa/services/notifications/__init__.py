"""Notifications read and marked, where mail goes, and the mail about them."""
