"""The handling of an incident from report to close."""
