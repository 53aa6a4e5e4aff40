"""The trace names the clause, then says each finding's arithmetic, if it has any."""

from decimal import Decimal

from shangfa.domain.effect import Effect
from shangfa.domain.money import ONE
from shangfa.domain.text import Note
from shangfa.sdk import ClauseKind, Params
from shangfa.testing import MemoryTenant, make_clause, make_policy


class Nothing(Params):
    """No params."""


def test_a_finding_without_a_note_leaves_no_line() -> None:
    said = Effect("fine", "CNY", -ONE, Note("一元", "one yuan"))
    unsaid = Effect("fine", "CNY", Decimal(-2), Note("", ""))
    kind = ClauseKind("x.kind", Nothing, lambda part, incident: [said, unsaid], lambda part: ())
    result = MemoryTenant(make_policy([make_clause(kind, Nothing())])).record("1")
    assert [line.note.zh for line in result.trace][1:] == ["一元"]
    assert sum(posting.quantity for posting in result.postings) == Decimal(-3)
