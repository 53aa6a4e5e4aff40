"""HTTP: schemas, routes that are one call, one shape of error."""
