"""The embedded server's parts: whom it runs as, its data, its owner's secret."""
