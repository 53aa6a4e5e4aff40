"""Keys, who asks, and what each may see."""
