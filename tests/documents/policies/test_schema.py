"""The JSON Schema of policies: every word told in both languages, every tenant's file fits."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from shangfa.documents.policy.words import FIELDS, document_schema

ROOT = Path(__file__).parents[3]
SCHEMA = document_schema()
MODELS = {"PolicyDoc": SCHEMA, **SCHEMA["$defs"]}
BOTH = re.compile(r"[一-鿿].* \| .*[A-Za-z]")
POLICIES = sorted(ROOT.glob("tenants/*/policy*.yaml"))


@pytest.mark.parametrize("name", list(MODELS))
def test_every_word_is_told_in_both_languages(name: str) -> None:
    model = MODELS[name]
    assert BOTH.search(model["description"])
    for field in model.get("properties", {}).values():
        assert BOTH.search(field["description"])


def test_no_word_is_told_that_is_gone() -> None:
    used = {field for model in MODELS.values() for field in model.get("properties", {})}
    assert set(FIELDS) == used


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_demo_policies_fit(path: Path) -> None:
    data = plain(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(data)] == []
