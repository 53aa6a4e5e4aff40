"""What a company told its people, read back and corrected."""
