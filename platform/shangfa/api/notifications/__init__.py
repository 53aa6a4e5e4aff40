"""/v1/notifications, /v1/mailboxes."""
