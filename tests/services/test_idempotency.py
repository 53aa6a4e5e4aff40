"""An Idempotency-Key: done once, answered as often as it is asked."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from tests.making.house import (
    FINES,
    MARKS,
    Answer,
    Company,
    answer,
    at_once,
    code_of,
    contents,
    make_company,
    owning,
    report,
    serving,
)
from tests.making.office import Caller

from shangfa.api.incidents import shapes
from shangfa.api.people.shapes import subject
from shangfa.api.policies.shapes import draft, published
from shangfa.services.access.by_hand import make_key
from shangfa.services.cases import reversals
from shangfa.services.context import Context
from shangfa.services.incidents import record as incidents
from shangfa.services.people import subjects
from shangfa.services.people.subjects import NewSubject
from shangfa.services.policies import versions as policies

Work = Callable[[Context], Answer]


@pytest.fixture(scope="module")
def company() -> Company:
    return make_company(MARKS, staff=["E", "M"])


def asking(ctx: Context, key: str, body: object = "body") -> Context:
    """The context of a request with this key and body."""
    return ctx.asking(key, hashlib.sha256(repr(body).encode()).digest())


def record(ctx: Context, who: str = "E", **more: Any) -> Answer:
    said = report("w", who, **more)
    return answer(ctx, lambda ctx: incidents.record(ctx, said), shapes.incident)


def register(ctx: Context, code: str = "N") -> Answer:
    return answer(ctx, lambda ctx: subjects.create(ctx, NewSubject(code, "新人")), subject)


def upload(ctx: Context, text: str = FINES, policy_id: UUID | None = None) -> Answer:
    return answer(ctx, lambda ctx: policies.upload(ctx, text, policy_id), draft)


def works(company: Company) -> dict[str, Work]:
    """One thing of each kind that a key makes safe to repeat."""
    uploaded = policies.upload(company.ctx(), FINES).version
    recorded = UUID(company.record("w", "M", at="2026-01-01")["id"])
    return {
        "an incident": record,
        "a reversal": lambda ctx: answer(
            ctx, lambda ctx: reversals.reverse(ctx, recorded, "查无此事"), shapes.reversal
        ),
        "a subject": lambda ctx: register(ctx, "new"),
        "a draft": lambda ctx: upload(ctx, MARKS.replace("marks", "others")),
        "a publication": lambda ctx: answer(
            ctx, lambda ctx: policies.publish(ctx, uploaded.policy_id, uploaded.number), published
        ),
    }


@pytest.fixture(scope="module")
def known(company: Company) -> dict[str, Work]:
    return works(company)


KINDS = ("an incident", "a reversal", "a subject", "a draft", "a publication")


@pytest.mark.parametrize("kind", [pytest.param(kind, id=kind) for kind in KINDS])
def test_the_same_request_is_done_once_and_answered_alike(
    company: Company, known: dict[str, Work], kind: str, owner_url: str
) -> None:
    ctx = asking(company.ctx(), f"same/{kind}")
    first = known[kind](ctx)
    stored = contents(owner_url)
    second = known[kind](ctx)
    assert (second.body, second.replayed) == (first.body, True)
    assert contents(owner_url) == stored


@pytest.mark.parametrize("kind", [pytest.param(kind, id=kind) for kind in KINDS])
def test_the_same_key_with_another_body_is_refused(
    company: Company, known: dict[str, Work], kind: str, owner_url: str
) -> None:
    ctx = company.ctx()
    record(asking(ctx, f"other/{kind}", "first"))
    stored = contents(owner_url)
    again = asking(ctx, f"other/{kind}", "second")
    assert code_of(partial(known[kind], again)) == "idempotency_key_reused"
    assert contents(owner_url) == stored


def posted(key: str, path: str, body: dict[str, Any], **headers: str) -> tuple[int, Any]:
    told = Caller(key, {"Idempotency-Key": "one and the same"})("POST", path, body, **headers)
    return told.status_code, told.get_json()


def test_the_same_key_at_another_path_is_refused_whatever_the_body() -> None:
    made = make_company(MARKS, staff=["E"])
    key = make_key("hr", made.slug, None, "test")
    paths = [f"/v1/incidents/{made.record('w', 'E')['id']}/reversal" for _ in range(2)]
    body = {"reason": "查无此事"}
    first = posted(key, paths[0], body)
    assert first[0] == 201
    assert posted(key, paths[0], body) == first
    for path in (paths[1], f"{paths[0]}?again=1"):
        status, refused = posted(key, path, body)
        assert (status, refused["code"]) == (422, "idempotency_key_reused"), path
    assert made.balances("E") == {"warning": 1}


def test_the_same_key_from_two_askers_means_two_things() -> None:
    made = make_company(MARKS, staff=["E"])
    keys = [make_key("hr", made.slug, None, f"{number}") for number in range(2)]
    body = {"subject": "E", "clause": "w", "occurred_at": "2026-03-02"}
    told = [posted(key, "/v1/incidents", body) for key in (*keys, *keys)]
    assert [status for status, _ in told] == [201] * 4
    ids = [answered["id"] for _, answered in told]
    assert (ids[:2], len(set(ids))) == (ids[2:], 2)
    assert made.balances("E") == {"warning": 2}


def test_without_a_key_everything_is_done_again(company: Company) -> None:
    ctx = company.ctx()
    assert record(ctx).body["id"] != record(ctx).body["id"]


def test_the_same_key_means_another_thing_in_another_company(company: Company) -> None:
    other = make_company(MARKS, staff=["E"])
    first, second = (record(asking(who.ctx(), "shared")) for who in (company, other))
    assert not second.replayed
    assert first.body["id"] != second.body["id"]


def test_a_refusal_stores_nothing_and_the_key_stays_free(company: Company, owner_url: str) -> None:
    ctx = asking(company.ctx(), "refused")
    stored = contents(owner_url)
    assert code_of(partial(record, ctx, "X")) == "unknown_subject"
    assert contents(owner_url) == stored
    company.hire("X")
    assert not record(ctx, "X").replayed


def test_32_posts_with_one_key_record_one_incident(owner_url: str, app_url: str) -> None:
    company = make_company(MARKS, staff=["E"])
    ctx = asking(company.ctx(), "parallel")
    with serving(app_url, pool_size="32"):
        answers = at_once([partial(outcome, partial(record, ctx))] * 32)
    assert Counter(answers)["done"] == 1
    assert set(answers) <= {"done", "replayed", "request_in_progress"}
    assert company.balances("E") == {"warning": 1}
    assert record(ctx).replayed


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(register, id="one subject"),
        pytest.param(upload, id="one draft"),
    ],
)
def test_32_posts_with_one_key_make(work: Work, app_url: str) -> None:
    company = make_company()
    ctx = asking(company.ctx(), "parallel")
    with serving(app_url, pool_size="32"):
        answers = at_once([partial(outcome, partial(work, ctx))] * 32)
    assert Counter(answers)["done"] == 1
    assert set(answers) <= {"done", "replayed", "request_in_progress"}
    assert work(ctx).replayed


@pytest.mark.parametrize(
    ("work", "refusal"),
    [
        pytest.param(register, "duplicate", id="a subject's code"),
        pytest.param(upload, "duplicate", id="a policy's name"),
        pytest.param(
            partial(record, external_id="HR-2026-001"), "duplicate", id="an incident's external id"
        ),
    ],
)
def test_of_many_without_a_key_one_takes(work: Work, refusal: str, app_url: str) -> None:
    company = make_company(MARKS, staff=["E"])
    with serving(app_url, pool_size="16"):
        answers = at_once([partial(outcome, partial(work, company.ctx()))] * 16)
    assert Counter(answers) == {"done": 1, refusal: 15}


def test_a_request_whose_twin_is_still_running_is_told_so(company: Company, owner_url: str) -> None:
    ctx = asking(company.ctx(), "running")
    with owning(owner_url) as connection, connection.transaction():
        connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{company.id}/running"]
        )
        assert code_of(partial(record, ctx)) == "request_in_progress"
    assert not record(ctx).replayed


def outcome(call: Callable[[], Answer]) -> str:
    """Say how a request was answered."""
    found: list[Answer] = []
    code = code_of(lambda: found.append(call()))
    return code or ("replayed" if found[0].replayed else "done")


def test_a_keys_text_is_stored_nowhere_and_told_once(company: Company, owner_url: str) -> None:
    operator = Caller(make_key("operator", None, None, "test"), {"Idempotency-Key": "make a key"})
    path, asked = f"/v1/tenants/{company.slug}/keys", {"role": "hr", "label": "人事"}
    first, second = (operator("POST", path, asked).get_json() for _ in range(2))
    told = first["key"]
    assert second == first | {"key": None}
    with owning(owner_url) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        for (table,) in tables:
            found = connection.execute(
                f'SELECT count(*) FROM "{table}" r WHERE strpos(r::text, %s) > 0'.encode(),
                [told.split("_", 2)[2]],  # the secret, which may hold a `_` itself
            ).fetchone()
            assert found == (0,), table


def test_versions_uploaded_at_once_are_numbered_one_after_the_other(app_url: str) -> None:
    company = make_company()
    policy_id = policies.upload(company.ctx(), FINES).version.policy_id
    with serving(app_url, pool_size="16"):
        drafts = at_once([partial(policies.upload, company.ctx(), FINES, policy_id)] * 16)
    assert sorted(draft.version.number for draft in drafts) == list(range(2, 18))
