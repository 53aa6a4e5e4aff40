"""A policy document: its shape, compiled into the domain, and its catalogue."""
