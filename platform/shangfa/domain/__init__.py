"""The model: plain Python, no database, no web, no clock."""
