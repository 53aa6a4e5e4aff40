"""/v1/programmes, /v1/periods."""
