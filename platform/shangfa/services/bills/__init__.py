"""Partners' statements once they are made: published, objected to, decided, paid."""
