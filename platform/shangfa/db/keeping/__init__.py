"""Whole companies: erased, handed on, brought back."""
