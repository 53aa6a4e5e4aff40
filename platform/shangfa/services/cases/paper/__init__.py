"""What is handed out of a case: its slips on paper, and packs of what proves it."""
