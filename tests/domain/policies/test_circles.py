"""Reactions that would feed themselves are found, and only those; memory and numbers end."""

import pytest
from tests.making.policies import faults_in, policy_from

from shangfa.domain.policies.facts import to_decimal
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import REMEMBERED, circles

LADDER = """
policy: p
title: 甲
effective_from: 2026-01-01
ladder: [a, b, c, d]
clauses: [{code: w, title: 乙, kind: ladder.mark, params: {mark: a}}]
reactions:
"""
EVERY_RUNG = LADDER.replace(
    "[{code: w, title: 乙, kind: ladder.mark, params: {mark: a}}]",
    "["
    + ", ".join(
        f"{{code: w{rung}, title: {rung}, kind: ladder.mark, params: {{mark: {rung}}}}}"
        for rung in "abcd"
    )
    + "]",
)
ROLL = """  - code: r{0}
    title: 丙
    kind: ladder.roll_up
    params: {{of: {1}, every: 3, within: year, gives: {2}}}
"""


def policy(*ways: str) -> Policy:
    rolls = (ROLL.format(number, *way) for number, way in enumerate(ways))
    return policy_from(LADDER + "".join(rolls))


@pytest.mark.parametrize(
    "ways",
    [
        pytest.param(["ab", "bc"], id="a chain"),
        pytest.param(["ab", "bc", "bc", "cd"], id="two ways to one mark"),
    ],
)
def test_ways_that_meet_are_no_circle(ways: list[str]) -> None:
    assert circles(policy(*ways).versions[0].reactions) == ()


OFFSET = """  - code: o{0}
    title: 戊
    kind: ladder.offset
    params: {{of: {1}, cancels: [{2}]}}
"""


@pytest.mark.parametrize(
    ("ways", "circle"),
    [
        pytest.param(["ab", "ba"], "a → b → a", id="two rules"),
        pytest.param(["ab", "bc", "ca"], "a → b → c → a", id="three rules"),
        pytest.param(["ad", "bc", "cb"], "b → c → b", id="beside another"),
        pytest.param(["ab", "bc", "ac"], "", id="one way all along"),
        pytest.param(["ab", "ab"], "", id="the same way twice"),
    ],
)
def test_offsets_that_go_round_are_refused(ways: list[str], circle: str) -> None:
    rules = "".join(OFFSET.format(number, *way) for number, way in enumerate(ways))
    found = [(fault.code, fault.values["value"]) for fault in faults_in(EVERY_RUNG + rules)]
    assert found == ([("circular_offset", circle)] if circle else [])


@pytest.mark.parametrize(
    ("lapse", "within", "refused"),
    [
        pytest.param("{months: 12}", "{months: 6}", True, id="half of it"),
        pytest.param("{months: 12}", "{months: 13}", False, id="more than all of it"),
        pytest.param("{days: 30}", "{days: 30}", True, id="one day short"),
        pytest.param("{days: 30}", "{days: 31}", False, id="to the day"),
        pytest.param("{months: 1}", "month", True, id="over the end of a window"),
        pytest.param("{until: year}", "year", False, id="until the window ends"),
        pytest.param("{until: year}", "quarter", True, id="until a longer one ends"),
        pytest.param("{months: 120}", "ever", False, id="all there is"),
    ],
)
def test_a_term_longer_than_what_is_looked_back_is_refused(
    lapse: str, within: str, *, refused: bool
) -> None:
    asks = (
        f"history: {{h: {{ask: in_force, of: {{rung: b}}, within: {within}}}}}, when: {{h: true}}"
    )
    text = EVERY_RUNG.replace("{code: wa,", f"{{code: wa, {asks},").removesuffix("reactions:\n")
    found = [fault.code for fault in faults_in(text + f"lapses: {{b: {lapse}}}\n")]
    assert found == (["term_beyond_horizon"] if refused else [])


@pytest.mark.parametrize("lapse", ["{months: 121}", "{days: 3661}", "{until: ever}", "{}"])
def test_a_term_beyond_every_horizon_is_refused(lapse: str) -> None:
    text = EVERY_RUNG.removesuffix("reactions:\n") + f"lapses: {{b: {lapse}}}\n"
    faults = faults_in(text)
    assert {(fault.code, fault.pointer.split("/")[1]) for fault in faults} == {
        ("invalid", "lapses")
    }


def test_any_number_of_totals_is_told_apart() -> None:
    """Only the first few thousand are remembered."""
    (version,) = policy("ab").versions
    for number in range(REMEMBERED + 2):
        assert version.watching_in("count", f"c{number}", "year") == ()
    assert len(version.watching_in("marks", "a", "year")) == 1


def test_a_number_too_long_to_be_written_is_refused() -> None:
    with pytest.raises(ValueError, match="number"):
        to_decimal(10**5000)
