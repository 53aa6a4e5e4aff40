"""Questions people ask again and again, answered as tables."""
