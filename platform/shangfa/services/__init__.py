"""What the product does: one function, one thing done, one transaction."""
