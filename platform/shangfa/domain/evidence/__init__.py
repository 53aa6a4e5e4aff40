"""Files that prove something: what they may be, and how they are called."""
