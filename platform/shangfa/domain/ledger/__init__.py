"""Postings, running totals and the reactions that follow them."""
