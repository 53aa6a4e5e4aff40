"""Backups of companies, and the end of one: work as the owner of the schema, run by hand."""
