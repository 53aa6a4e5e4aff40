"""What plugins say of a policy while it is read is checked, and a failing one is named."""

from dataclasses import replace
from decimal import Decimal
from itertools import repeat
from typing import Any

import pytest
from pydantic import field_validator

from shangfa.documents.policy.compile import compile_version
from shangfa.documents.source import read_yaml
from shangfa.domain.faults import RefusedError
from shangfa.domain.policies.kinds import Kinds, ParamsError
from shangfa.sdk import ClauseKind, Note, Params, ProgrammeKind, ReactionKind, Row, Watch

HEAD = "policy: p\ntitle: P\nladder: [warning, minor]\n"


class Loose(Params):
    """Params of the kinds below."""

    size: int = 1

    @field_validator("size")
    @classmethod
    def _fails(cls, size: int) -> int:
        if size == 3:
            raise ZeroDivisionError("in a validator")
        if size == 4:
            raise ParamsError(
                (("size",), Note("四", "four")), (("other", 0), Note("还有", "and more"))
            )
        return size


def _raises(*_: Any) -> Any:
    raise KeyError("loss")


CLAUSE_KIND = ClauseKind("x.clause", Loose, lambda part, incident: [], lambda part: ())
REACTION = ReactionKind(
    "x.reaction",
    Loose,
    lambda rule: [Watch("marks", "warning", "month")],
    lambda rule, unit, total: [],
    lambda rule: [("marks", "minor")],
    lambda rule: (),
)
PROGRAMME = ProgrammeKind("x.programme", Loose, lambda rule, standing: [], (), lambda rule: ())


ROW = Row("penalty", "fine", "CNY", Decimal(5), None)
ROWS: dict[str, Any] = {
    "a word": lambda part: ["row"],
    "a tuple": lambda part: [("penalty", "fine", "CNY")],
    "nothing": lambda part: None,
    "an unknown direction": lambda part: [ROW._replace(direction="up")],
    "an unknown account of a row": lambda part: [ROW._replace(account="tax")],
    "no Decimal": lambda part: [ROW._replace(minimum=5)],
    "no finite limit": lambda part: [ROW._replace(maximum=Decimal("NaN"))],
    "a number as note": lambda part: [ROW._replace(note=5)],
    "rows without end": lambda part: repeat(ROW),
    "rows that raise": _raises,
}


def plugin_faults(*kinds: Any, size: int = 1) -> list[tuple[str, str]]:
    named = {kind.name: kind for kind in (CLAUSE_KIND, REACTION, PROGRAMME, *kinds)}
    clause, reaction, programme = named.values()
    found = Kinds({"x.clause": clause}, {"x.reaction": reaction}, {"x.programme": programme})
    text = (
        HEAD + f"clauses:\n  - {{code: '1', title: t, kind: x.clause, params: {{size: {size}}}}}\n"
        "reactions:\n  - {code: r, kind: x.reaction}\n"
        "programmes:\n  - {name: n, kind: x.programme}\n"
    )
    try:
        compile_version(read_yaml(text), found)
    except RefusedError as error:
        return [(fault.code, fault.pointer) for fault in error.faults]
    return []


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        pytest.param(CLAUSE_KIND, [], id="sound"),
        pytest.param(
            replace(CLAUSE_KIND, measure=_raises),
            [("plugin_failed", "/clauses/0/kind")],
            id="measure raises",
        ),
        pytest.param(
            replace(REACTION, watch=_raises), [("plugin_failed", "/reactions/0/kind")], id="watch"
        ),
        pytest.param(
            replace(REACTION, gives=_raises), [("plugin_failed", "/reactions/0/kind")], id="gives"
        ),
        pytest.param(
            replace(REACTION, note=_raises), [("plugin_failed", "/reactions/0/kind")], id="note"
        ),
        pytest.param(
            replace(REACTION, note=lambda rule: "a sentence"),
            [("plugin_failed", "/reactions/0/kind")],
            id="a note that is none",
        ),
        pytest.param(
            replace(REACTION, watch=lambda rule: [Watch("marks", 5, "month")]),
            [("plugin_failed", "/reactions/0/kind")],
            id="a number watched",
        ),
        pytest.param(
            replace(REACTION, gives=lambda rule: [("marks", 5)]),
            [("plugin_failed", "/reactions/0/kind")],
            id="a number given",
        ),
        pytest.param(
            replace(REACTION, watch=lambda rule: ["marks"]),
            [("plugin_failed", "/reactions/0/kind")],
            id="a watch that is none",
        ),
        pytest.param(
            replace(REACTION, watch=lambda rule: [Watch("marks", "warning", "fortnight")]),
            [("plugin_failed", "/reactions/0/kind")],
            id="an unknown window",
        ),
        pytest.param(
            replace(REACTION, watch=lambda rule: [Watch("mark", "warning", "month")]),
            [("plugin_failed", "/reactions/0/kind")],
            id="an unknown account watched",
        ),
        pytest.param(
            replace(REACTION, gives=lambda rule: [("mark", "minor")]),
            [("plugin_failed", "/reactions/0/kind")],
            id="an unknown account given",
        ),
        pytest.param(
            replace(REACTION, gives=lambda rule: [("marks", "exile")]),
            [("unknown_rung", "/reactions/0/params")],
            id="a foreign rung given",
        ),
        *(
            pytest.param(
                replace(CLAUSE_KIND, rows=rows), [("plugin_failed", "/clauses/0/kind")], id=name
            )
            for name, rows in ROWS.items()
        ),
        pytest.param(
            replace(CLAUSE_KIND, counters=lambda part: [5]),
            [("plugin_failed", "/clauses/0/kind")],
            id="a number as counter",
        ),
        pytest.param(
            replace(REACTION, rows=lambda rule: ["x"]),
            [("plugin_failed", "/reactions/0/kind")],
            id="rubbish as rows of a reaction",
        ),
        pytest.param(
            replace(PROGRAMME, rows=lambda rule: [ROW]),
            [("plugin_failed", "/programmes/0/kind")],
            id="a programme's row without its code",
        ),
        pytest.param(
            replace(PROGRAMME, rows=lambda rule: [("a", ROW)]), [], id="a programme's row"
        ),
        pytest.param(
            replace(PROGRAMME, period=lambda rule: "week"),
            [("plugin_failed", "/programmes/0/kind")],
            id="an unknown period",
        ),
    ],
)
def test_what_a_plugin_says_of_a_policy_is_checked(kind: Any, fault: list[tuple[str, str]]) -> None:
    assert plugin_faults(kind) == fault


def test_params_that_fail_are_named() -> None:
    assert plugin_faults(size=3) == [("plugin_failed", "/clauses/0/params")]


def test_params_may_tell_several_faults_in_their_places() -> None:
    assert plugin_faults(size=4) == [
        ("invalid", "/clauses/0/params/size/size"),
        ("invalid", "/clauses/0/params/size/other/0"),
    ]
