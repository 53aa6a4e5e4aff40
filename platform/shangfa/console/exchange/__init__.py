"""Pages of what comes in and goes out: files and webhooks."""
