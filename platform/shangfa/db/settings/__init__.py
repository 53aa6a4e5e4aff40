"""What a company sets, in versions."""
