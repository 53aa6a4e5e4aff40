"""Policy versions: uploaded, validated, published, compared."""
