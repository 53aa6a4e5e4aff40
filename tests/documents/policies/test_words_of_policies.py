"""A misspelt word is refused with its line and the nearest one; some words are taken."""

import pytest
from tests.making.policies import faults_in

from shangfa.domain.policies.conditions import RESERVED

HEAD = "policy: p\ntitle: P\nladder: [warning, minor]\n"
W = "  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}\n"
LATE = "  - {code: late, title: 迟到, kind: ladder.count}\n"
CAUSE = "  - {code: c, title: t, kind: ladder.mark, params: {mark: warning, cause: clause}}\n"
DUTY = "  - {code: d, title: t, kind: duties.breach, params: {counter: seen}}\n"
PLUGINS = ("letter_points", "fines", "demerit_ladder", "duties")


def told(text: str) -> list[tuple[str, str]]:
    return [(fault.place, fault.code) for fault in faults_in(text, PLUGINS)]


@pytest.mark.parametrize("word", [*sorted(RESERVED), "subject.grade", "$loss", "a b", "x" * 81])
def test_a_fact_may_not_be_called_like_a_word_of_conditions(word: str) -> None:
    clause = "  - code: x\n    title: t\n    kind: nothing\n    facts:\n"
    text = HEAD + "clauses:\n" + clause + f"      '{word}': int\n"
    assert told(text) == [("policy.yaml:9", "invalid")]


@pytest.mark.parametrize("word", ["日期", "loss", "days", "fact", "code_item", "over", "dates"])
def test_any_other_name_is_free(word: str) -> None:
    text = HEAD + f"clauses:\n  - {{code: x, title: t, kind: nothing, facts: {{{word}: int}}}}\n"
    assert told(text) == []


def test_a_common_part_keeps_to_it_as_well() -> None:
    common = "common:\n  - clauses: ['*']\n    facts: {time: text}\n    parts: []\n"
    assert told(HEAD + "clauses:\n" + W + common) == [("policy.yaml:8", "invalid")]


def _when(condition: str, attributes: str = "") -> str:
    clause = f"  - {{code: x, title: t, kind: nothing, when: {{{condition}}}}}\n"
    return HEAD + attributes + "clauses:\n" + clause


@pytest.mark.parametrize(
    ("condition", "near"),
    [
        pytest.param("subject.regualr: true", "regular", id="misspelt"),
        pytest.param("subject.gradde: {over: 3}", "grade", id="with a limit"),
        pytest.param("subject.departmnt: 客服部", "department", id="what everybody has"),
        pytest.param("any: [{subject.regulr: true}]", "regular", id="deep inside"),
    ],
)
def test_a_misspelt_attribute_is_told_the_nearest(condition: str, near: str) -> None:
    declared = "attributes: {regular: bool, grade: {type: number, zh: 职级}}\n"
    (fault,) = faults_in(_when(condition, declared), PLUGINS)
    assert (fault.place, fault.code) == ("policy.yaml:6", "invalid")
    assert f"可用：{near}" in fault.zh
    assert f"known: {near}" in fault.en


@pytest.mark.parametrize(
    "condition",
    ["subject.regular: true", "subject.grade: {over: 3}", "subject.position: [主管]"],
)
def test_what_is_declared_or_known_of_everybody_may_be_asked(condition: str) -> None:
    assert told(_when(condition, "attributes: {regular: bool, grade: number}\n")) == []


def test_a_literal_of_an_attribute_is_checked_by_its_type() -> None:
    assert told(_when("subject.regular: 'yes'", "attributes: {regular: bool}\n")) == [
        ("policy.yaml:6", "invalid")
    ]


@pytest.mark.parametrize(
    ("reaction", "near"),
    [
        pytest.param(
            "ladder.roll_up, params: {of: warnign, every: 3, within: month, gives: minor}",
            "warning",
            id="a rung",
        ),
        pytest.param(
            "ladder.roll_up, params: {of: Late, every: 3, within: month, gives: minor}",
            "late",
            id="a counter",
        ),
        pytest.param(
            "points.from_nth, params: {of: latte, nth: 2, letter: A, points: -1}",
            "late",
            id="points",
        ),
        pytest.param("fines.per_count, params: {of: lat, amount: 5}", "late", id="money"),
        pytest.param("duties.supervisor, params: {of: sen}", "seen", id="of the supervisor"),
        pytest.param(
            "ladder.repeat, params: {of: [minor], gives: warning}",
            "same:warning:*",
            id="a rung whose causes nobody counts",
        ),
    ],
)
def test_a_reaction_watches_what_somebody_counts(reaction: str, near: str) -> None:
    text = HEAD + "clauses:\n" + W + LATE + CAUSE + DUTY
    text += f"reactions:\n  - {{code: r, kind: {reaction}}}\n"
    (fault,) = faults_in(text, PLUGINS)
    assert (fault.place, fault.code) == ("policy.yaml:10", "unknown_counter")
    assert near in fault.values["allowed"].split("、")[0]


@pytest.mark.parametrize(
    "reactions",
    [
        pytest.param(
            "  - {code: r, kind: ladder.roll_up, params: "
            "{of: late, every: 2, within: day, gives: n, counts: true}}\n"
            "  - {code: s, kind: fines.per_count, params: {of: n, amount: 5}}\n",
            id="what another reaction counts",
        ),
        pytest.param(
            "  - {code: r, kind: ladder.repeat, params: {of: [warning], gives: minor}}\n",
            id="causes",
        ),
        pytest.param(
            "  - {code: r, kind: fines.per_count, params: {of: seen, amount: 5}}\n",
            id="a counter of another plugin",
        ),
    ],
)
def test_what_is_counted_may_be_watched(reactions: str) -> None:
    text = HEAD + "clauses:\n" + W + LATE + CAUSE + DUTY + "reactions:\n" + reactions
    assert told(text) == []


ROLL = "reactions:\n  - {code: r, kind: fines.per_count, params: {of: late, amount: 5}}\n"


@pytest.mark.parametrize(
    ("clause", "codes"),
    [
        pytest.param(
            "  - {code: x, title: t, parts: [{kind: ladder.count, params: "
            "{counter: late}, when: {$reading: R2}}]}\n",
            [],
            id="a reading leaves it out",
        ),
        pytest.param(
            "  - {code: x, title: t, kind: ladder.count, params: {counter: $open}}\n",
            [],
            id="not known yet",
        ),
        pytest.param("  - {code: late, kind: ladder.count}\n", ["missing"], id="misshapen"),
        pytest.param(
            "  - {code: late, title: t, kind: ladder.cuont}\n",
            ["unknown_kind"],
            id="of a misspelt kind",
        ),
    ],
)
def test_no_counter_is_missed_that_may_be_there(clause: str, codes: list[str]) -> None:
    parameters = "parameters:\n  reading: {value: R1, note: x}\n  open: {note: x}\n"
    text = HEAD + parameters + "clauses:\n" + W + clause + ROLL
    assert [fault.code for fault in faults_in(text, PLUGINS)] == codes
