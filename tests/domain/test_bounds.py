"""Work and answers are bounded, whatever a report or a plugin says."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import count, repeat
from time import process_time
from typing import Any

import pytest
from tests.making.policies import policy_from

from shangfa.domain.faults import INVALID, MOST_TOLD, Fault, PluginFailedError, RefusedError
from shangfa.domain.incidents.shares import SUBJECTS, read_shares
from shangfa.domain.policies.checks import DIGITS, FINDINGS, LONGEST
from shangfa.domain.policies.facts import CELLS, LETTERS, MONEY, ROWS, Fact
from shangfa.domain.policies.kinds import MOST
from shangfa.domain.text import LONGEST as SAID
from shangfa.sdk import Choice, ClauseKind, Deadline, Effect, Measure, Note, Params
from shangfa.testing import DAY, MemoryTenant, make_clause, make_policy

ONE = Effect("points", "A", Decimal(1))
TWENTY = """
policy: p
title: P
clauses:
  - {code: '1', title: t, kind: fines.fixed, params: {amount: 20}}
  - code: more
    title: t
    quantity: {most: 200000}
    kind: fines.fixed
    params: {amount: 20}
  - {code: sum, title: t, kind: fines.loss, facts: {loss: money}, params: {percent: 1000}}
  - code: huge
    title: t
    facts: {loss: {type: money, most: 2000000000}}
    kind: fines.loss
"""


def tenant_with(assess: Callable[[Any, Any], Iterable[Any]]) -> MemoryTenant:
    kind = ClauseKind("x.kind", Params, assess, lambda part: ())  # type: ignore[arg-type]
    return MemoryTenant(make_policy([make_clause(kind, Params())]))


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(lambda: repeat(ONE), id="without end"),
        pytest.param(lambda: (ONE for _ in count()), id="a generator without end"),
        pytest.param(lambda: [ONE] * (FINDINGS + 1), id="a list too long"),
        pytest.param(lambda: (ONE,) * (FINDINGS + 1), id="a tuple too long"),
        pytest.param(lambda: [Effect("points", "A", Decimal("1e30"))], id="1e30"),
        pytest.param(lambda: [Effect("fine", "CNY", Decimal("-1e30"))], id="-1e30 yuan"),
        pytest.param(
            lambda: [Effect("points", "A", Decimal(10**DIGITS))], id="the first too large"
        ),
        pytest.param(lambda: [Effect("points", "A", Decimal("1e-400"))], id="1e-400"),
        pytest.param(lambda: [Choice("fine", "CNY", Decimal(0), Decimal("1e30"))], id="choice"),
        pytest.param(lambda: [ONE._replace(unit="A" * (LONGEST + 1))], id="a long unit"),
        pytest.param(lambda: [ONE._replace(clause="A" * (LONGEST + 1))], id="a long code"),
        pytest.param(lambda: [ONE._replace(note=Note("字" * (SAID + 1), ""))], id="a long note"),
        pytest.param(lambda: [ONE._replace(note=Note("", "w" * (SAID + 1)))], id="in English"),
        pytest.param(lambda: [ONE._replace(note=Note(1, 2))], id="a note of numbers"),  # type: ignore[arg-type]
        pytest.param(lambda: [ONE._replace(note=Note("", "", 5))], id="a note's values"),  # type: ignore[arg-type]
        pytest.param(lambda: [Deadline("s" * (LONGEST + 1), DAY)], id="a long step"),
        pytest.param(lambda: [Deadline("s", DAY, Note("字" * 9_999, ""))], id="a deadline's note"),
    ],
)
def test_a_plugin_that_gives_too_much_is_named(found: Callable[[], Iterable[Any]]) -> None:
    tenant = tenant_with(lambda part, incident: found())
    with pytest.raises(PluginFailedError, match=r"x\.kind"):
        tenant.record("1")
    assert tenant.ledger == []


def test_what_a_plugin_returned_is_not_quoted_without_end() -> None:
    with pytest.raises(PluginFailedError) as caught:
        tenant_with(lambda part, incident: ["x" * 1_000_000]).record("1")
    assert len(caught.value.faults[0].zh) < 1_000


def test_a_plugin_may_give_as_much_as_is_allowed() -> None:
    effects = [ONE._replace(unit=str(i), clause="c" * LONGEST) for i in range(FINDINGS)]
    assert len(tenant_with(lambda part, incident: effects).record("1").postings) == FINDINGS


def test_a_note_is_cut_where_a_report_fills_it_without_end() -> None:
    note = Note("“{0}”", "{0}").of("字" * 100_000)
    assert len(note.text("zh")) <= SAID
    assert len(Note("{0}{0}{0}", "").of(note, "x").text("zh")) <= SAID


@pytest.mark.parametrize(
    ("clause", "quantity", "words"),
    [
        pytest.param("1", 99_999_999_999, "1至100000的整数；确有更多时", id="a slip of the pen"),
        pytest.param("1", int(MOST) + 1, "以 most 放宽", id="one too many"),
        pytest.param("more", 200_001, "1至200000", id="over the clause's own limit"),
    ],
)
def test_a_quantity_nobody_means_is_refused(clause: str, quantity: int, words: str) -> None:
    tenant = MemoryTenant(policy_from(TWENTY))
    with pytest.raises(RefusedError) as caught:
        tenant.record(clause, quantity=quantity)
    (fault,) = caught.value.faults
    assert (fault.code, fault.pointer) == ("invalid_quantity", "/quantity")
    assert words in fault.zh
    assert tenant.ledger == []


def test_a_clause_may_raise_the_limit() -> None:
    tenant = MemoryTenant(policy_from(TWENTY))
    tenant.record("1", quantity=int(MOST))
    tenant.record("more", quantity=200_000)
    assert [item.quantity for item in tenant.ledger] == [-2_000_000, -4_000_000]


def test_money_is_limited_by_its_unit() -> None:
    assert (Measure("CNY").limit, Measure("minutes").limit) == (MONEY, MOST)
    assert Measure("CNY", most=Decimal(5)).limit == 5


def test_a_sum_nobody_means_is_refused_unless_the_policy_allows_it() -> None:
    tenant = MemoryTenant(policy_from(TWENTY))
    with pytest.raises(RefusedError) as caught:
        tenant.record("sum", facts={"loss": 1_000_000_001})
    assert "≤ 1000000000" in caught.value.faults[0].zh
    tenant.record("sum", facts={"loss": 1_000_000_000})
    tenant.record("huge", facts={"loss": 1_000_000_001})
    assert [item.quantity for item in tenant.ledger] == [-10_000_000_000, -1_000_000_001]


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        pytest.param(Fact("f", "text"), "字" * (LETTERS + 1), id="a long text"),
        pytest.param(Fact("f", "text"), "a\x00b", id="a text no database keeps"),
        pytest.param(Fact("f", "text"), "\ud800", id="half a letter"),
        pytest.param(Fact("f", "table"), [0] * (ROWS + 1), id="many rows"),
        pytest.param(Fact("f", "table"), dict.fromkeys(map(str, range(ROWS + 1))), id="many keys"),
        pytest.param(Fact("f", "table"), [[0] * CELLS, 0], id="many cells"),
        pytest.param(Fact("f", "number", most=Decimal(5)), 6, id="over the fact's own limit"),
    ],
)
def test_a_fact_is_bounded(fact: Fact, value: Any) -> None:
    with pytest.raises(RefusedError, match="invalid_fact"):
        fact.read(value)


def test_a_fact_may_be_as_large_as_is_allowed() -> None:
    assert Fact("f", "text").read("字" * LETTERS)
    assert len(Fact("f", "table").read([0] * ROWS)) == ROWS
    assert Fact("f", "number", most=Decimal(5)).read(5) == 5


@pytest.mark.parametrize(
    "given",
    [
        pytest.param([f"E{i}" for i in range(100_000)], id="a list"),
        pytest.param({f"E{i}": 1 for i in range(100_000)}, id="shares"),
    ],
)
def test_too_many_subjects_are_refused_at_once(given: Any) -> None:
    started = process_time()
    with pytest.raises(RefusedError) as caught:
        read_shares(given)
    assert caught.value.code == "too_many_subjects"
    assert process_time() - started < 1


def test_so_many_subjects_may_be_named() -> None:
    codes, _ = read_shares([f"E{i}" for i in range(SUBJECTS)])
    assert len(codes) == SUBJECTS


def test_no_more_faults_are_told_than_anybody_reads() -> None:
    error = RefusedError(*(Fault(INVALID, f"/{i}", {"value": i, "why": "x"}) for i in range(1_000)))
    assert len(error.faults) == MOST_TOLD + 1
    last = error.faults[-1]
    assert (last.code, last.values["value"]) == ("more_faults", 900)
    assert error.code == "invalid"
    exactly = RefusedError(*error.faults[:MOST_TOLD])
    assert len(exactly.faults) == MOST_TOLD
