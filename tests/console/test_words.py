"""No text of a page is missing, none is left over, and what procedures name has a name."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.making.house import ROOT

from shangfa.console import words
from shangfa.documents.procedure.read import builtin
from shangfa.domain.access.roles import ROLES
from shangfa.domain.account import ACCOUNT_NAMES
from shangfa.domain.cases.states import DECISION_KINDS
from shangfa.domain.incident import SUBJECT_KINDS
from shangfa.domain.months.bills import SETTLEMENTS
from shangfa.domain.months.states import PERIOD_STATES, PERIOD_STEPS
from shangfa.domain.policies.version import VERSION_STATES
from shangfa.domain.tenancy.status import STATUSES
from shangfa.domain.text import WORDS
from shangfa.sdk.guards import CERTAINTIES, SEVERITIES

FOLDER = ROOT / "platform/shangfa/console/templates"
SAID = re.compile(r'\bt\("(\w+)"\)|\bt\(\'(\w+)\'\)')
IN_NAV = re.compile(r'\("/console/[\w/-]*", "(\w+)",')


def used() -> set[str]:
    pages = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.html"))
    found = {one or other for one, other in SAID.findall(pages)}
    return found | set(IN_NAV.findall(pages))


def test_every_text_of_a_page_is_there_and_every_one_is_used() -> None:
    assert used() == set(words.TEXTS)


@pytest.mark.parametrize("pair", [*words.TEXTS.items(), *words.NAMES.items()], ids=lambda p: p[0])
def test_a_text_is_said_in_both_languages(pair: tuple[str, tuple[str, str]]) -> None:
    zh, en = pair[1]
    assert zh.strip()
    assert en.strip()
    if pair[0] not in {"other_language", "percent"}:
        assert re.search("[\u4e00-\u9fff]", zh)
        assert not re.search("[\u4e00-\u9fff]", en)


def named() -> Iterator[str]:
    yield from (*ROLES, *ACCOUNT_NAMES, *DECISION_KINDS, *PERIOD_STATES, *PERIOD_STEPS)
    yield from (*SUBJECT_KINDS, *VERSION_STATES, *STATUSES, *SEVERITIES, *CERTAINTIES)
    yield from (f"settlement_{name}" for name in SETTLEMENTS)
    for procedure in builtin().values():
        yield from (procedure.name, *procedure.states)
        for state in procedure.states.values():
            if state.clock is not None:
                yield f"silence_{state.clock.silence}"
        for step in procedure.steps:
            yield from (step.name, *step.by, *(item.name for item in step.inputs))
            yield from (value for item in step.inputs for value in item.values)


def test_what_the_product_names_is_called_something() -> None:
    known = {*words.NAMES, *WORDS}
    assert sorted(set(named()) - known) == []


def test_a_companys_own_word_is_shown_as_it_is_written() -> None:
    assert words.word("en", "桌") == "桌"
