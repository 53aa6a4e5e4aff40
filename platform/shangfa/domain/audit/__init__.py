"""The audit log: a chain of entries, each holding what came before it."""
