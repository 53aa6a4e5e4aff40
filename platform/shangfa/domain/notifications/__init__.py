"""What waits for somebody or has moved, told without saying what it is about."""
