"""What incidents leave open, as it is known now, and how it follows what changes."""
