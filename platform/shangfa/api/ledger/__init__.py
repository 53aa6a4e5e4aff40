"""Records and /v1/near."""
