"""What was posted, what stands, and whether the facts give the same."""
