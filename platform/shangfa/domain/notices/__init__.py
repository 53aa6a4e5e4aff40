"""What a company tells its people about decisions."""
