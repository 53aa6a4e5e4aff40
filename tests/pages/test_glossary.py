"""The glossary: one word for each thing, the same words on both pages and in the code."""

import re
from pathlib import Path
from typing import get_args

import pytest

from shangfa.domain.access.roles import Role
from shangfa.domain.account import ACCOUNTS
from shangfa.domain.incident import SubjectKind

PAGES = Path(__file__).parents[2] / "docs/reference"
ENGLISH, CHINESE = PAGES / "glossary.md", PAGES / "glossary.zh.md"
ROW = {
    ENGLISH: re.compile(r"^\| `([^`]+)` \| ([^|]+) \| [^|]+ \|$", re.MULTILINE),
    CHINESE: re.compile(r"^\| (?P<zh>[^|`]+) \| `(?P<word>[^`]+)` \| [^|]+ \|$", re.MULTILINE),
}


def _rows(page: Path) -> list[tuple[str, str]]:
    """Return word and Chinese word of each row."""
    found = ROW[page].findall(page.read_text(encoding="utf-8"))
    return [tuple(reversed(row)) if page == CHINESE else row for row in found]


def test_both_pages_have_the_same_words() -> None:
    assert _rows(ENGLISH) == _rows(CHINESE)
    assert len(_rows(ENGLISH)) > 80


@pytest.mark.parametrize("side", [0, 1], ids=["word", "zh"])
def test_a_word_means_one_thing(side: int) -> None:
    words = [row[side] for row in _rows(ENGLISH)]
    assert sorted(set(words)) == sorted(words)


def test_accounts_are_called_as_in_the_code() -> None:
    said = dict(_rows(ENGLISH))
    assert {name: said.get(name) for name in ACCOUNTS} == {
        name: account.zh for name, account in ACCOUNTS.items()
    }


@pytest.mark.parametrize("closed", [Role, SubjectKind], ids=["roles", "subjects"])
def test_closed_sets_are_explained(closed: type) -> None:
    assert not set(get_args(closed)) - dict(_rows(ENGLISH)).keys()
