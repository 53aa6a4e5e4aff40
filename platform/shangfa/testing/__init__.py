"""What tests of plugins are made with: makers, a tenant in memory."""

from shangfa.domain.people.lines import Lines
from shangfa.testing.makers import (
    DAY,
    LADDER,
    START,
    WEEKDAYS,
    Balance,
    MemoryTenant,
    amounts,
    derived,
    found,
    make_clause,
    make_incident,
    make_ladder,
    make_part,
    make_policy,
    make_reactions,
    make_rule,
    make_subject,
)

__all__ = [
    "DAY",
    "LADDER",
    "START",
    "WEEKDAYS",
    "Balance",
    "Lines",
    "MemoryTenant",
    "amounts",
    "derived",
    "found",
    "make_clause",
    "make_incident",
    "make_ladder",
    "make_part",
    "make_policy",
    "make_reactions",
    "make_rule",
    "make_subject",
]
