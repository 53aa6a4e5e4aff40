"""What came before a fact, for conditions that ask for it."""
