"""Marks on a ladder (warning, minor demerit, …), how they add up, and who else bears them.

The rungs are the policy's own, low to high. A mark is one step; three of one rung may
roll up into the next; a repeat under the same cause may open an option; the direct
supervisor may bear one rung less. Source of the shapes: 000_cfad67b1354df59a.txt L17-L193.
"""

from __future__ import annotations

from shangfa_demerit_ladder.clauses import register_clause_kinds
from shangfa_demerit_ladder.reactions import register_reactions

__all__ = ["register_clause_kinds", "register_reactions"]
