"""HTTP: routes and shapes of every room, one error shape, the OpenAPI document."""
