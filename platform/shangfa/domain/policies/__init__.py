"""Policies: dated versions, clauses, facts, conditions and what plugins provide."""
