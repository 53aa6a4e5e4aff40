"""Programmes of periods that are over."""
