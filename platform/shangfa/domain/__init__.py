"""Pure rules on plain values: no clock, no database, no web. Ground files here, rooms below."""
