"""The page that says which test holds which promise names tests that are there."""

from __future__ import annotations

import ast
import re

import pytest
from tests.making.house import ROOT

PAGE = (ROOT / "tests/SECURITY.md").read_text(encoding="utf-8")
MANY = {"A": 16, "B": 22, "C": 26, "D": 28, "E": 18, "F": 14, "G": 20, "H": 36}
MANY |= {"I": 6, "J": 14, "K": 14, "L": 8, "M": 4, "N": 6}
NAMED = sorted(set(re.findall(r"`([\w/]+\.py(?:::\w+)?)`", PAGE)))


def test_every_promise_has_its_row() -> None:
    rows = re.findall(r"^\| ([A-N]\d+) \| [^|]+ \| [^|]+ \|$", PAGE, re.MULTILINE)
    assert rows == [f"{letter}{n}" for letter, many in MANY.items() for n in range(1, many + 1)]


@pytest.mark.parametrize("name", [pytest.param(name, id=name) for name in NAMED])
def test_a_test_that_is_named_is_there(name: str) -> None:
    path, _, wanted = name.partition("::")
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert wanted in tests if wanted else any(test.startswith("test_") for test in tests)
