"""Days, windows, working days, deadlines and moments."""
