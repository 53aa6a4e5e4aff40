"""The examples of docs/howto/windows.md are policies that can be published."""

import re
from typing import Any

import pytest
import yaml
from tests.making.house import ROOT
from tests.making.policies import faults_in

from shangfa.documents.tenant.calendars import calendar
from shangfa.domain.dates.windows import window_of

PAGE = (ROOT / "docs/howto/windows.md").read_text(encoding="utf-8")
EXAMPLES: list[dict[str, Any]] = [
    yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
]
HEAD: dict[str, Any] = {
    "policy": "p",
    "title": "p",
    "ladder": ["warning", "minor_demerit", "merit"],
    "clauses": [
        {"code": name, "title": name, "kind": "ladder.count"}
        for name in ("refused", "accepted", "score")
    ]
    + [
        {"code": name, "title": name, "kind": "ladder.mark", "params": {"mark": name}}
        for name in ("warning", "minor_demerit", "merit")
    ]
    + [
        {"code": "C", "title": "C", "kind": "points.fixed", "params": {"letter": "C", "points": -1}}
    ],
}


@pytest.mark.parametrize("example", [item for item in EXAMPLES if "calendar" not in item])
def test_an_example_can_be_published(example: dict[str, Any]) -> None:
    assert faults_in(yaml.safe_dump(HEAD | example)) == []


def test_the_terms_of_the_example_are_known() -> None:
    (tenant,) = (item for item in EXAMPLES if "calendar" in item)
    known = calendar(tenant["calendar"], tenant["calendars"])
    assert window_of("terms school", known.terms)


def test_every_window_of_the_table_is_one() -> None:
    table = re.findall(r"^\| (`.*) \|.*\|$", PAGE, re.MULTILINE)
    words = [word for row in table for word in re.findall(r"`([^`]+)`", row)]
    assert [window_of(word, {"school": ()}).text for word in words] == words
