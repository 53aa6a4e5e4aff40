"""A tenant's folder: settings, people, calendars, the systems of the documents."""
