"""Plugins nobody vouches for: asked in processes of their own, with a budget for each call."""
