"""`api_specs/` holds what this version of the program says of itself."""

from __future__ import annotations

import json

import pytest
from tests.making.house import ROOT

from shangfa.api.specs import documents
from shangfa.config import OURS

FOLDER = ROOT / "api_specs"


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return documents()


def test_the_folder_holds_these_documents_and_no_others(made: dict[str, str]) -> None:
    plugins = {f"plugins/{name}.json" for name in OURS}
    present = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()}
    present.remove("released/openapi.json")
    assert (
        set(made)
        == present
        == {
            *("openapi.json", "policy.schema.json", "procedure.schema.json"),
            *plugins,
        }
    )


@pytest.mark.parametrize(
    "path",
    sorted(set(FOLDER.rglob("*.json")) - set(FOLDER.glob("released/*"))),
    ids=lambda path: path.stem,
)
def test_a_document_is_fresh(made: dict[str, str], path: object) -> None:
    """After a change of the API or of a plugin: `make specs`."""
    name = str(path).removeprefix(f"{FOLDER}/")
    assert (FOLDER / name).read_text(encoding="utf-8") == made[name]


def test_a_document_can_be_read_and_says_what_it_is(made: dict[str, str]) -> None:
    read = {name: json.loads(text) for name, text in made.items()}
    assert read["openapi.json"]["openapi"].startswith("3.1")
    assert read["policy.schema.json"]["$schema"].endswith("2020-12/schema")
    assert read["policy.schema.json"]["properties"]["clauses"]
    kinds = read["plugins/fines.json"]["kinds"]["fines.fixed"]
    assert kinds["properties"]["amount"]
