"""Users, signing in, and what somebody may know of himself."""
