"""Exchange in SQL: events that are told, files that are imported."""
