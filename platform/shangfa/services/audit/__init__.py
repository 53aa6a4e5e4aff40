"""The audit log: noted while something is done, sealed afterwards, verified by anybody."""
