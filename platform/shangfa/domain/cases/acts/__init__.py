"""Acts over what was decided, and what has to be known for them."""
