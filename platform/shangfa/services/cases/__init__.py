"""What a human decides about an incident."""
