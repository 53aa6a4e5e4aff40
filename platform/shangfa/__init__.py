"""Shangfa: rewards and discipline, every consequence a posting in a ledger."""
