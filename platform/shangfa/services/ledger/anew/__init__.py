"""What is computed anew from the facts: the replay, late truth, what own history changes."""
