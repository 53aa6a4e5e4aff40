"""Serving a deployment on one machine, and its parts."""
