"""What a version would do, tried on what happened; nothing is stored in the ledger."""
