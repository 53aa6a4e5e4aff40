"""All that leaves the process but the database and the answers."""
