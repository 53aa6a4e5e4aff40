"""The rules of law as dated rows: read strictly, looked up by code, place and day."""
