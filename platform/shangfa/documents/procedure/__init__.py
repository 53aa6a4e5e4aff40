"""Procedures as documents: those that come with the product, and a company's own."""
