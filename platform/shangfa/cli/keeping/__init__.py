"""Companies that leave, and what is kept of a deployment."""
