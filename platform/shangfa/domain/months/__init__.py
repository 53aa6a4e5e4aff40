"""Periods that close and the programmes evaluated over them."""
