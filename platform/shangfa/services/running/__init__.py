"""A deployment: its database, folders, upkeep and health."""
