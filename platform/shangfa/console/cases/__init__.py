"""What waits, cases and their steps, files and slips."""
