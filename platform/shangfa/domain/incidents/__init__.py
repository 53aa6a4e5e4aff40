"""One incident assessed: shares, parts, what follows."""
