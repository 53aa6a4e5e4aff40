"""One way to open a transaction, and what travels in it."""
