"""The operator's pages: no content of a company."""
