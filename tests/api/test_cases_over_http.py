"""The policy tests of the tenants' documents, posted over HTTP: the same answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from tests.making.office import app

from shangfa.documents.source import read_file
from shangfa.services.running.folders import demo_keys, load_folder

TENANTS = Path(__file__).parents[2] / "tenants"
ACCEPTANCE = sorted(TENANTS.glob("*/cases/acceptance.yaml"))


def _cases() -> Iterator[Any]:
    for path in ACCEPTANCE:
        for case in read_file(path).data:
            # A close looks at everybody, a calendar of its own is no tenant setting.
            if "when" in case and "calendar" not in case:
                yield pytest.param(path.parents[1].name, case, id=case["id"])


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return app().test_client()


@pytest.fixture(scope="module")
def keys() -> dict[str, str]:
    """The HR key of every tenant."""
    slugs = [load_folder(path.parents[1]) for path in ACCEPTANCE]
    return {slug: demo_keys(slug)["hr"] for slug in slugs}


class Hr:
    """An HR clerk of one tenant, with people of the case under codes of its own."""

    def __init__(self, client: FlaskClient, key: str, case: Mapping[str, Any]) -> None:
        self.client, self.case = client, case
        self.headers = {"Authorization": f"Bearer {key}"}
        self.people = {"E": {}, **(case.get("subjects") or {})}

    def code(self, name: str) -> str:
        return f"{self.case['id']}-{name}"

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        return self.client.post(path, json=body, headers=self.headers)

    def register(self) -> None:
        order = sorted(self.people, key=lambda name: bool(self.people[name].get("supervisor")))
        for name in order:
            item = self.people[name]
            body = {"code": self.code(name), "name": name, "kind": item.get("kind", "employee")}
            body |= {key: item[key] for key in ("attributes", "department") if key in item}
            if item.get("supervisor"):
                body["supervisor"] = self.code(item["supervisor"])
            assert self.post("/v1/subjects", body).status_code == 201

    def report(self, item: Mapping[str, Any]) -> Any:
        body: dict[str, Any] = {"clause": item["clause"], "occurred_at": str(item["at"])}
        named = item.get("subjects") or [item.get("subject", "E")]
        if isinstance(named, dict):
            body["subjects"] = {self.code(name): str(share) for name, share in named.items()}
        else:
            body["subjects"] = [self.code(name) for name in named]
        body["quantity"] = str(item.get("quantity", 1))
        body["facts"] = {name: _json(value) for name, value in (item.get("facts") or {}).items()}
        if self.case.get("policy"):
            body["policy"] = self.case["policy"]
        return self.post("/v1/incidents", body)


def _json(value: Any) -> Any:
    return value if isinstance(value, bool | int | str) or value is None else str(value)


def _key(item: Mapping[str, Any]) -> tuple[str, str, str, Decimal]:
    return item["subject"], item["account"], item["unit"], Decimal(str(item["quantity"]))


@pytest.mark.parametrize(("slug", "case"), list(_cases()))
def test_the_answer_is_the_same(
    client: FlaskClient, keys: dict[str, str], slug: str, case: dict[str, Any]
) -> None:
    clerk = Hr(client, keys[slug], case)
    clerk.register()
    for item in case.get("given") or ():
        assert clerk.report(item).status_code == 201
    answer = clerk.report(case["when"]).get_json()
    expected = [
        {**item, "subject": clerk.code(item["subject"])} for item in case["then"]["effects"]
    ]
    assert Counter(map(_key, answer["effects"])) == Counter(map(_key, expected))
    assert answer["trace"][0]["text_zh"]
    if "deadlines" in case["then"]:
        due = {(item["step"], item["due"]) for item in answer["deadlines"]}
        assert due == {(item["step"], str(item["due"])) for item in case["then"]["deadlines"]}
