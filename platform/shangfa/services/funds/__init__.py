"""Funds that fines feed: their rules, their ledgers, and what months move."""
