"""Words of which there are only so many are listed once, and every contract agrees."""

import json
from typing import Any, get_args

import pytest
from tests.making.house import ROOT

from shangfa.domain.account import ACCOUNT_NAMES, ACCOUNTS, AccountName
from shangfa.domain.dates.days import SPANS
from shangfa.domain.dates.windows import MONTHS
from shangfa.domain.effect import CAUSES, DIRECTIONS
from shangfa.domain.incident import SUBJECT_KINDS, SubjectKind


def schema(name: str) -> Any:
    return json.loads((ROOT / "api_specs" / name).read_text(encoding="utf-8"))


def test_every_account_says_what_it_holds() -> None:
    assert tuple(ACCOUNTS) == ACCOUNT_NAMES == get_args(AccountName)
    assert {account.sign for account in ACCOUNTS.values()} <= {-1, 0, 1}


def test_every_cycle_of_months_has_its_spans() -> None:
    assert set(MONTHS) < set(SPANS)


def test_no_word_stands_twice() -> None:
    for words in (ACCOUNT_NAMES, CAUSES, DIRECTIONS, SUBJECT_KINDS, SPANS):
        assert len(set(words)) == len(tuple(words))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        pytest.param(
            schema("policy.schema.json")["$defs"]["ScopeDoc"]["properties"]["kinds"]["items"],
            get_args(SubjectKind),
            id="whom a policy covers",
        ),
        pytest.param(
            schema("openapi.json")["components"]["schemas"]["Subject"]["properties"]["kind"],
            get_args(SubjectKind),
            id="what a subject is",
        ),
        pytest.param(
            schema("plugins/recognition.json")["kinds"]["recognition.share"]["properties"]["among"],
            get_args(SubjectKind),
            id="who takes part in a programme",
        ),
    ],
)
def test_a_contract_lists_the_words_of_the_domain(found: Any, words: tuple[str, ...]) -> None:
    assert tuple(found["enum"]) == words
