"""The server itself: the embedded one, its schema, the test clock kept in it."""
