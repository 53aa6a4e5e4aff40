"""Notifications, mailboxes and digests in SQL."""
