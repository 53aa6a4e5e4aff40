"""What happened, handed on in order."""
