from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.making.policies import faults_in, policy_from

from shangfa.domain import text
from shangfa.domain.effect import Effect
from shangfa.domain.faults import PluginFailedError, RefusedError
from shangfa.domain.incident import Report
from shangfa.domain.policies.clause import Clause
from shangfa.domain.policies.facts import Fact
from shangfa.domain.policies.kinds import Ladder, Measure, Watch
from shangfa.domain.policies.policy import Policy, choose
from shangfa.domain.policies.version import REMEMBERED, Scope, Version
from shangfa.testing import make_ladder, make_subject

DAY = date(2026, 3, 2)


def version(start: str, *codes: str, scope: Scope | None = None) -> Version:
    clauses = {code: Clause(code, code) for code in codes}
    first = date.fromisoformat(start)
    return Version(1, "v", first, "", scope or Scope(), make_ladder(), clauses)


def policy(*versions: Version, name: str = "p") -> Policy:
    return Policy(name, versions)


TWO = policy(version("2026-01-01", "old", "both"), version("2026-07-01", "both", "new"))


@pytest.mark.parametrize(
    ("day", "start"),
    [
        pytest.param("2025-12-31", None, id="the day before the first"),
        pytest.param("2026-01-01", "2026-01-01", id="the first day in force"),
        pytest.param("2026-06-30", "2026-01-01", id="the last day of the first"),
        pytest.param("2026-07-01", "2026-07-01", id="the first day of the second"),
        pytest.param("2100-01-01", "2026-07-01", id="long after"),
    ],
)
def test_the_version_in_force(day: str, start: str | None) -> None:
    found = TWO.at(date.fromisoformat(day))
    assert (found.effective_from.isoformat() if found else None) == start


@pytest.mark.parametrize(
    ("code", "day", "refusal"),
    [
        pytest.param("old", "2026-07-01", "not_in_force", id="left out since that day"),
        pytest.param("new", "2026-06-30", "not_in_force", id="from the next day on"),
        pytest.param("both", "2025-12-31", "not_in_force", id="before the first version"),
        pytest.param("bth", "2026-03-02", "unknown_clause", id="misspelt"),
    ],
)
def test_a_clause_that_is_not_in_force(code: str, day: str, refusal: str) -> None:
    with pytest.raises(RefusedError) as caught:
        TWO.clause(code, date.fromisoformat(day))
    assert caught.value.code == refusal


def test_the_nearest_codes_are_named() -> None:
    assert TWO.unknown_clause("bot").faults[0].values["near"].split("、")[0] == "both"


TITLED = """
policy: p
title: P
clauses:
  - {code: '三-1', title: 迟到早退, kind: nothing}
  - {code: '三-2', title: 旷工, kind: nothing}
  - {code: '四-1', title: 开会迟到, kind: nothing}
"""


@pytest.mark.parametrize(
    ("word", "near"),
    [
        pytest.param("迟到", "三-1（迟到早退）、四-1（开会迟到）", id="a word of titles"),
        pytest.param("旷工", "三-2（旷工）", id="a title"),
        pytest.param("三1", "三-1", id="a code written otherwise"),
        pytest.param(" ", "三-1", id="blanks"),
    ],
)
def test_a_clause_is_found_by_its_title(word: str, near: str) -> None:
    (fault,) = policy_from(TITLED).unknown_clause(word).faults
    assert fault.values["near"].startswith(near)


def test_some_codes_are_named_when_none_is_near() -> None:
    assert TWO.unknown_clause("zzz").faults[0].values["near"] == "old、both、new"


@pytest.mark.parametrize(
    ("subject", "why"),
    [
        pytest.param(make_subject(department="客服部", position="坐席"), "", id="inside"),
        pytest.param(make_subject(), "", id="what is not recorded shuts nobody out"),
        pytest.param(
            make_subject(department="仓库"), "部门 仓库 不在 客服部 之列", id="department"
        ),
        pytest.param(
            make_subject(position="主管"), "岗位 主管 不在 坐席、组长 之列", id="position"
        ),
        pytest.param(
            make_subject(kind="partner"), "对象类别 partner 不在 employee 之列", id="kind"
        ),
    ],
)
def test_whom_a_version_covers(subject: Any, why: str) -> None:
    scope = Scope(("employee",), ("客服部",), ("坐席", "组长"))
    found = scope.excludes(subject)
    assert (found.text("zh") if found else "") == why


SERVICE = version("2026-01-01", "1", "2", scope=Scope(departments=("客服部",)))
GOODS = version("2026-01-01", "1", "3", scope=Scope(departments=("商品部",)))
LATER = version("2027-01-01", "4")
COMPANY = {
    "service": policy(SERVICE, name="service"),
    "goods": policy(GOODS, name="goods"),
    "later": policy(LATER, name="later"),
}


def report(clause: str, department: str | None = None, **more: Any) -> Report:
    return Report(clause, (make_subject(department=department),), DAY, **more)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        pytest.param(report("2"), "service", id="the only one that has it"),
        pytest.param(report("3", "客服部"), "goods", id="the only one, out of scope or not"),
        pytest.param(report("1", "商品部"), "goods", id="the one that covers the subject"),
        pytest.param(report("1", "商品部", policy="service"), "service", id="the one named"),
        pytest.param(report("4"), "later", id="not in force yet, and nowhere else"),
    ],
)
def test_which_policy_an_incident_falls_under(asked: Report, name: str) -> None:
    assert choose(COMPANY, asked).name == name


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        pytest.param(report("1"), "ambiguous_policy", id="both cover an unknown department"),
        pytest.param(report("1", "财务部"), "ambiguous_policy", id="neither covers it"),
        pytest.param(report("9"), "unknown_clause", id="nobody has it"),
        pytest.param(report("1", policy="servce"), "unknown_policy", id="misspelt policy"),
    ],
)
def test_no_policy_is_guessed(asked: Report, refusal: str) -> None:
    with pytest.raises(RefusedError) as caught:
        choose(COMPANY, asked)
    assert caught.value.code == refusal


def test_a_company_without_policies_has_no_clause() -> None:
    with pytest.raises(RefusedError) as caught:
        choose({}, report("1"))
    assert caught.value.code == "unknown_clause"


DAYS = Clause("c", "c", measure=Measure("day", Decimal(0)), facts={"loss": Fact("loss", "money")})


def read(clause: Clause, quantity: Any, unit: str | None = None, **facts: Any) -> Any:
    return clause.read(replace(report("c"), quantity=quantity, unit=unit, facts=facts))


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [
        pytest.param(0, None, id="the least"),
        pytest.param("3", "day", id="its unit named"),
        pytest.param("3.0", None, id="whole, with a place"),
    ],
)
def test_a_quantity_that_is_taken(quantity: Any, unit: str | None) -> None:
    assert read(DAYS, quantity, unit, loss=5) == (Decimal(quantity), {"loss": Decimal(5)})


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [
        pytest.param(-1, None, id="under the least"),
        pytest.param("0.5", None, id="half of a whole number"),
        pytest.param("many", None, id="a word"),
        pytest.param(True, None, id="a boolean"),
        pytest.param("1e999999", None, id="more than anybody can count"),
        pytest.param(1, "hour", id="another unit"),
    ],
)
def test_a_quantity_that_is_not_taken(quantity: Any, unit: str | None) -> None:
    with pytest.raises(RefusedError) as caught:
        read(DAYS, quantity, unit, loss=5)
    fault = caught.value.faults[0]
    assert fault.code == "invalid_quantity"
    assert "按天计" in fault.zh
    assert "counts days" in fault.en


def test_what_is_split_needs_shares() -> None:
    clause = Clause("c", "c", shared=True)
    people = (make_subject("A"), make_subject("B"))
    with pytest.raises(RefusedError) as caught:
        clause.read(Report("c", people, DAY))
    assert caught.value.code == "shares_needed"
    assert clause.read(Report("c", people, DAY, shares=(Decimal(60), Decimal(40)))) == (1, {})
    assert clause.read(Report("c", people[:1], DAY)) == (1, {})


def test_quantity_and_facts_are_refused_together() -> None:
    with pytest.raises(RefusedError) as caught:
        read(DAYS, -1, lost=5)
    codes = [fault.code for fault in caught.value.faults]
    assert codes == ["invalid_quantity", "unknown_fact", "missing_fact"]


@pytest.mark.parametrize(
    ("clause", "refusal"),
    [
        pytest.param(replace(DAYS, unrecordable="定义"), "not_recordable", id="a definition"),
        pytest.param(replace(DAYS, missing=("a1",)), "incomplete_clause", id="not filled in"),
    ],
)
def test_a_clause_that_cannot_be_reported(clause: Clause, refusal: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read(clause, 1, loss=5)
    assert caught.value.code == refusal


@pytest.mark.parametrize(
    ("watch", "account", "unit", "seen"),
    [
        pytest.param(Watch("marks", "w", "month"), "marks", "w", True, id="the unit"),
        pytest.param(Watch("marks", "w", "month"), "marks", "ww", False, id="a longer unit"),
        pytest.param(Watch("marks", "w", "month"), "count", "w", False, id="another account"),
        pytest.param(Watch("count", "s:*", "month"), "count", "s:1", True, id="a beginning"),
        pytest.param(Watch("count", "s:*", "month"), "count", "s", False, id="a part of it"),
    ],
)
def test_what_a_reaction_looks_at(watch: Watch, account: str, unit: str, seen: bool) -> None:  # noqa: FBT001 - a case's value
    assert watch.matches(account, unit) is seen


CHAIN = """
policy: chain
title: chain
ladder: [a, b, c]
clauses:
  - {code: '1', title: '1', kind: ladder.mark, params: {mark: a}}
reactions:
"""


def roll(of: str, gives: str, **more: Any) -> str:
    params = {"of": of, "every": 1, "within": "month", "gives": gives} | more
    return f"  - {{code: r, kind: ladder.roll_up, params: {params}}}\n".replace("'", "").replace(
        "True", "true"
    )


@pytest.mark.parametrize(
    ("reactions", "loop"),
    [
        pytest.param(roll("a", "a"), "a → a", id="itself"),
        pytest.param(roll("a", "b") + roll("b", "a"), "a → b → a", id="two"),
        pytest.param(roll("a", "b") + roll("b", "c") + roll("c", "a"), "a → b → c → a", id="three"),
        pytest.param(
            roll("a", "same:a:x", counts=True)
            + "  - {code: r, kind: ladder.repeat, params: {of: [a], gives: a}}\n",
            "a → same:a:x → a",
            id="through a counter watched by its beginning",
        ),
    ],
)
def test_a_reaction_may_not_lead_back_to_itself(reactions: str, loop: str) -> None:
    (fault,) = faults_in(CHAIN + reactions)
    assert (fault.code, fault.values["value"]) == ("circular_reaction", loop)


@pytest.mark.parametrize(
    "reactions",
    [
        pytest.param(roll("a", "b") + roll("b", "c"), id="a chain"),
        pytest.param(roll("a", "b") + roll("a", "c") + roll("b", "c"), id="two ways to one end"),
        pytest.param(roll("a", "a", counts=True), id="a counter that is called like a rung"),
        pytest.param(
            roll("a", "b") + "  - {code: s, kind: ladder.supervisor, params: {floor: true}}\n",
            id="the supervisor bears the same rung",
        ),
    ],
)
def test_reactions_that_come_to_an_end(reactions: str) -> None:
    assert faults_in(CHAIN + reactions) == []


def test_totals_are_kept_in_every_window_and_a_change_of_window_needs_the_entries() -> None:
    month = policy_from(CHAIN + roll("a", "b")).versions[0]
    year = policy_from(CHAIN + roll("a", "b", within="year")).versions[0]
    year.effective_from = date(2027, 1, 1)
    assert Policy("p", [month, year]).recalls("marks", "a")
    wider = policy_from(CHAIN + roll("a", "b") + roll("a", "c", within="year"))
    assert [item.text for item in wider.windows("marks", "a").every] == ["month", "year"]


def test_a_reaction_answers_the_same_total_with_the_same() -> None:
    (reaction,) = policy_from(CHAIN + roll("a", "b")).versions[0].reactions
    assert reaction.derive("a", Decimal(2)) is reaction.derive("a", Decimal("2.0"))


def test_any_number_of_counters_and_totals_is_answered() -> None:
    """Only the first few thousand are remembered; causes hold reporters' words."""
    repeat = "  - {code: r, kind: ladder.repeat, params: {of: [a], gives: b}}\n"
    cause = "  - {code: x, title: t, kind: ladder.mark, params: {mark: a, cause: clause}}\n"
    found = policy_from(CHAIN.replace("clauses:\n", "clauses:\n" + cause) + repeat)
    (version,) = found.versions
    (reaction,) = version.reactions
    for number in range(REMEMBERED + 2):
        assert version.watching("count", f"same:a:{number}") == (reaction,)
        windows = found.windows("count", f"same:a:{number}").every
        assert [window.text for window in windows] == ["ever"]
        for _ in "ab":
            assert version.watching_in("count", f"same:a:{number}", "ever") == (reaction,)
        assert found.looks(DAY, "count", f"same:a:{number}").counts[0][0] is windows[0]
        assert found.held(DAY, "count", f"same:a:{number}", "month") == ()
        assert reaction.derive("same:a:1", Decimal(number)) == (
            {("marks", "b"): 1} if number > 1 else {}
        )


@pytest.mark.parametrize(
    ("word", "account"),
    [
        pytest.param("warning", "marks", id="a rung"),
        pytest.param("dismissal", "action", id="anything else"),
    ],
)
def test_where_a_word_of_the_ladder_is_posted(word: str, account: str) -> None:
    assert make_ladder("warning").account(word) == account


@pytest.mark.parametrize(
    ("word", "title"),
    [
        pytest.param("warning", "警告", id="the ladder's own title"),
        pytest.param("dismissal", "解除劳动合同", id="an everyday word"),
        pytest.param("exile", "exile", id="a word nobody knows"),
    ],
)
def test_titles(word: str, title: str) -> None:
    ladder = Ladder(("warning",), {"warning": ("警告", "warning")})
    assert ladder.title(word).text("zh") == title


def test_everyday_words_in_english() -> None:
    said = [text.note(word).text("en") for word in ("day", "exile", "{0}")]
    assert said == ["days", "exile", "{0}"]


def test_a_reaction_gives_only_what_it_says_it_gives() -> None:
    (reaction,) = policy_from(CHAIN + roll("a", "b")).versions[0].reactions
    kind = replace(reaction.kind, derive=lambda *_: [Effect("marks", "c", Decimal(1))])
    with pytest.raises(PluginFailedError, match="did not say so"):
        replace(reaction, kind=kind).derive("a", Decimal(1))
