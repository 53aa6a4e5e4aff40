from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.making.policies import policy_from

from shangfa.domain.effect import Choice, Deadline, Effect
from shangfa.domain.faults import PluginFailedError, RefusedError
from shangfa.domain.incidents.engine import Assessment
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.money import ONE
from shangfa.domain.policies.facts import Fact
from shangfa.domain.text import Note
from shangfa.sdk import ClauseKind, Params
from shangfa.testing import DAY, MemoryTenant, make_clause, make_policy, make_subject


class Nothing(Params):
    """No params."""


def kind_that(assess: Any, *facts: Fact) -> ClauseKind[Nothing]:
    """A clause kind of a plugin called `x` whose `assess` is this function."""
    return ClauseKind("x.kind", Nothing, assess, lambda part: (), facts)


def finding(*found: Any) -> ClauseKind[Nothing]:
    return kind_that(lambda part, incident: list(found))


def tenant_with(kind: ClauseKind[Nothing]) -> MemoryTenant:
    return MemoryTenant(make_policy([make_clause(kind, Nothing())]))


OFFICE = """
policy: office
title: 办公室
effective_from: 2026-01-01
attributes: {regular: bool}
scope: {kinds: [employee], when: {subject.regular: [true, null]}}
ladder: [warning]
clauses:
  - {code: fixed, title: 罚款, kind: fines.fixed, params: {amount: 20}}
  - code: late
    title: 迟到
    quantity: {unit: minutes}
    choose: first
    parts:
      - {code: late-a, when: {quantity: {to: 10}}, kind: fines.fixed,
         params: {amount: 5, per: incident}}
      - {code: late-b, when: {quantity: {to: 30}}, kind: fines.fixed,
         params: {amount: 10, per: incident}}
  - code: both
    title: 罚款并警告
    parts:
      - {kind: fines.fixed, params: {amount: 10}}
      - {kind: ladder.mark, params: {mark: warning}}
  - code: when
    title: 有后果时
    facts: {consequence: bool}
    when: {consequence: true}
    kind: fines.fixed
    params: {amount: 7}
  - {code: word, title: 定义, kind: text}
  - {code: told, title: 口头提醒, kind: nothing}
common:
  - clauses: [both, when, told]
    facts: {first_time: {type: bool, default: false}}
    replaces: true
    parts: [{when: {first_time: true}, kind: ladder.mark, params: {mark: warning}}]
  - clauses: [both]
    parts: [{code: extra, kind: fines.fixed, params: {amount: 1}}]
"""


def effects(result: Assessment) -> list[str]:
    return [
        f"{item.subject} {item.account} {item.quantity:f} {item.clause}" for item in result.postings
    ]


@pytest.mark.parametrize(
    ("clause", "report", "expected"),
    [
        pytest.param("fixed", {}, ["E fine -20.00 fixed"], id="one effect"),
        pytest.param("fixed", {"quantity": 3}, ["E fine -60.00 fixed"], id="three times"),
        pytest.param("late", {"quantity": 10}, ["E fine -5.00 late-a"], id="end of the first band"),
        pytest.param("late", {"quantity": 11}, ["E fine -10.00 late-b"], id="start of the second"),
        pytest.param("late", {"quantity": 31}, [], id="beyond the last band"),
        pytest.param(
            "both",
            {},
            ["E fine -10.00 both", "E marks 1 both", "E fine -1.00 extra"],
            id="every part, and the common one",
        ),
        pytest.param(
            "both",
            {"facts": {"first_time": True}},
            ["E marks 1 both", "E fine -1.00 extra"],
            id="a common part stands instead of the clause's own",
        ),
        pytest.param("when", {"facts": {"consequence": False}}, [], id="the condition fails"),
        pytest.param(
            "when",
            {"facts": {"consequence": False, "first_time": True}},
            [],
            id="nothing common when the clause gives nothing",
        ),
        pytest.param("told", {"facts": {"first_time": True}}, [], id="reported, without effect"),
    ],
)
def test_what_follows(clause: str, report: dict[str, Any], expected: list[str]) -> None:
    assert effects(MemoryTenant(policy_from(OFFICE)).record(clause, **report)) == expected


def test_each_subject_bears_the_whole_without_shares() -> None:
    result = MemoryTenant(policy_from(OFFICE)).record("both", "A", "B")
    wanted = ["A fine -10.00 both", "A marks 1 both", "A fine -1.00 extra"]
    assert effects(result) == wanted + [line.replace("A ", "B ") for line in wanted]


def test_shares_split_money_and_nothing_else() -> None:
    result = MemoryTenant(policy_from(OFFICE)).record("both", "A", "B", shares=(60, 40))
    assert effects(result) == [
        "A fine -6.00 both",
        "A marks 1 both",
        "A fine -0.60 extra",
        "B fine -4.00 both",
        "B marks 1 both",
        "B fine -0.40 extra",
    ]


def test_a_share_of_nothing_is_not_posted() -> None:
    shares = ("99.99", "0.01")
    result = MemoryTenant(policy_from(OFFICE)).record("fixed", "A", "B", shares=shares)
    assert effects(result) == ["A fine -20.00 fixed"]


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        pytest.param(make_subject(regular=True), ["E fine -20.00 fixed"], id="inside"),
        pytest.param(make_subject(regular=False), [], id="outside"),
    ],
)
def test_outside_its_condition_a_policy_gives_nothing(subject: Any, expected: list[str]) -> None:
    assert effects(MemoryTenant(policy_from(OFFICE)).record("fixed", subject)) == expected


@pytest.mark.parametrize(
    ("clause", "report", "refusal"),
    [
        pytest.param("fxed", {}, "unknown_clause", id="misspelt"),
        pytest.param("fixed", {"at": date(2025, 12, 31)}, "not_in_force", id="the day before"),
        pytest.param("word", {}, "not_recordable", id="a definition"),
        pytest.param("when", {}, "missing_fact", id="a fact is missing"),
        pytest.param("fixed", {"quantity": 0}, "invalid_quantity", id="not even once"),
    ],
)
def test_what_is_refused(clause: str, report: dict[str, Any], refusal: str) -> None:
    tenant = MemoryTenant(policy_from(OFFICE))
    with pytest.raises(RefusedError) as caught:
        tenant.record(clause, **report)
    assert (caught.value.code, tenant.ledger, tenant.book.totals) == (refusal, [], {})


def test_a_subject_out_of_scope_is_refused_with_the_reason() -> None:
    with pytest.raises(RefusedError) as caught:
        MemoryTenant(policy_from(OFFICE)).record("fixed", make_subject("P", "partner"))
    fault = caught.value.faults[0]
    assert fault.code == "out_of_scope"
    assert fault.zh.endswith("：对象类别 partner 不在 employee 之列。")
    assert fault.en.endswith(": the kind partner is not among employee.")


def test_choices_and_deadlines_are_listed_and_not_posted() -> None:
    choice = Choice("fine", "CNY", ONE, None, Note("罚款", "fine"))
    deadline = Deadline("reply", date(2026, 3, 5))
    result = tenant_with(finding(choice, deadline)).record("1")
    assert [item[:2] for item in result.choices] == [("E", choice)]
    assert [item[:2] for item in result.deadlines] == [("E", deadline)]
    assert result.postings == []
    assert [line.note.text("zh") for line in result.trace[1:]] == ["罚款"]


def test_an_effect_may_cite_a_band_of_its_clause() -> None:
    result = tenant_with(finding(Effect("fine", "CNY", -ONE, clause="1a"))).record("1")
    assert effects(result) == ["E fine -1.00 1a"]


def test_an_effect_of_nothing_is_not_posted() -> None:
    assert tenant_with(finding(Effect("fine", "CNY", Decimal(0)))).record("1").postings == []


def test_the_trace_tells_the_words_and_the_arithmetic() -> None:
    result = MemoryTenant(policy_from(OFFICE)).record("fixed", quantity=3)
    assert [(line.clause, line.note.text("zh")) for line in result.trace] == [
        ("fixed", "fixed「罚款」"),
        ("fixed", "20 元 × 3 = 60.00 元"),
    ]


def test_the_trace_says_why_nothing_follows() -> None:
    tenant = MemoryTenant(policy_from(OFFICE))
    unmet = tenant.record("when", facts={"consequence": False})
    outside = tenant.record("fixed", make_subject(regular=False))
    assert [result.trace[-1].note.text("en") for result in (unmet, outside)] == [
        "The clause's conditions are not met: nothing follows.",
        "The policy does not apply to this subject: 办公室.",
    ]


def _raises(*_: Any) -> list[Any]:
    raise KeyError("loss")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        pytest.param(kind_that(_raises), "KeyError: 'loss'", id="raises"),
        pytest.param(kind_that(lambda *_: None), "TypeError", id="returns nothing"),
        pytest.param(finding("x"), "no finding", id="returns garbage"),
        pytest.param(finding(Effect("points", "C", Decimal("NaN"))), "finite", id="NaN"),
        pytest.param(finding(Effect("fine", "CNY", -1.5)), "finite", id="float"),
        pytest.param(finding(Effect("fine", "CNY", ONE)), "wrong sign", id="wrong sign"),
        pytest.param(finding(Effect("fines", "CNY", -ONE)), "unknown account", id="account"),
        pytest.param(finding(Effect("marks", "exile", ONE)), "ladder", id="foreign rung"),
        pytest.param(
            finding(Effect("marks", "warning", ONE), Effect("fine", "CNY", ONE)),
            "wrong sign",
            id="the second of two",
        ),
    ],
)
def test_a_failing_plugin_is_named_and_nothing_is_moved(
    kind: ClauseKind[Nothing], reason: str
) -> None:
    tenant = tenant_with(kind)
    with pytest.raises(PluginFailedError, match=reason) as caught:
        tenant.record("1", "A", "B")
    assert (caught.value.plugin, tenant.ledger, tenant.book.totals) == ("x.kind", [], {})


def test_one_failing_subject_of_two_moves_nothing() -> None:
    def second_fails(_: Any, incident: Any) -> list[Effect]:
        return [] if incident.subject.code == "A" else _raises()

    tenant = tenant_with(kind_that(second_fails))
    with pytest.raises(PluginFailedError):
        tenant.record("1", "A", "B")
    assert tenant.ledger == []


def test_a_plugin_sees_the_day_the_facts_and_the_quantity() -> None:
    seen = []

    def look(part: Any, incident: Any) -> list[Effect]:
        seen.append((part.code, incident.on, incident.quantity, incident.facts))
        return []

    tenant = tenant_with(kind_that(look, Fact("loss", "money")))
    tenant.record("1", quantity="2", facts={"loss": "3.50"})
    assert seen == [("1", DAY, Decimal(2), {"loss": Decimal("3.50")})]


def test_postings_are_dated_by_the_incident() -> None:
    (posting,) = MemoryTenant(policy_from(OFFICE)).record("fixed").postings
    assert posting == Posting(
        "E", "fine", "CNY", Decimal("-20.00"), "fixed", "clause", DAY, note=posting.note
    )
