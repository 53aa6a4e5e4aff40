"""Updates need the ETag of what was read: nobody overwrites what he did not see."""

from __future__ import annotations

from functools import partial

import pytest
from tests.making.house import at_once, contents
from tests.making.office import Office, open_office
from tests.making.operations import fresh

UPDATES = [
    pytest.param("PATCH", "/v1/subjects/{code}", {"name": "改"}, "hr", id="a subject"),
    pytest.param(
        "PUT", "/v1/tenants/{slug}/plugins", {"plugins": ["fines"]}, "operator", id="the plugins"
    ),
]


def target(office: Office, path: str) -> tuple[str, str]:
    """Return a path of something new, and the path it is read at."""
    slug = fresh("t")
    office.by("operator")("POST", "/v1/tenants", {"slug": slug, "name": slug})
    path = path.format(code=office.company.hire(fresh("S")), slug=slug)
    return path, path.removesuffix("/plugins")


@pytest.mark.parametrize(("method", "path", "body", "role"), UPDATES)
@pytest.mark.parametrize(
    ("etag", "status", "code"),
    [
        pytest.param(None, 428, "precondition_required", id="no ETag"),
        pytest.param('"0"', 412, "stale_version", id="an old ETag"),
        pytest.param('"99"', 412, "stale_version", id="an ETag to come"),
        pytest.param("", 412, "stale_version", id="an empty ETag"),
        pytest.param("1", 412, "stale_version", id="without quotes"),
    ],
)
def test_an_update_that_saw_nothing_is_refused(
    office: Office,
    owner_url: str,
    method: str,
    path: str,
    body: dict[str, object],
    role: str,
    etag: str | None,
    status: int,
    code: str,
) -> None:
    path, _ = target(office, path)
    stored = contents(owner_url)
    headers = {} if etag is None else {"If_Match": etag}
    response = office.by(role)(method, path, body, **headers)
    assert (response.status_code, response.get_json()["code"]) == (status, code)
    assert contents(owner_url) == stored


@pytest.mark.parametrize(("method", "path", "body", "role"), UPDATES)
def test_an_etag_is_good_for_one_update(
    office: Office, method: str, path: str, body: dict[str, object], role: str
) -> None:
    path, read = target(office, path)
    caller = office.by(role)
    etag = caller("GET", read).headers["ETag"]
    first = caller(method, path, body, If_Match=etag)
    assert first.status_code == 200
    assert first.headers["ETag"] == caller("GET", read).headers["ETag"] != etag
    assert caller(method, path, body, If_Match=etag).status_code == 412
    assert caller(method, path, body, If_Match=first.headers["ETag"]).status_code == 200
    assert caller(method, path, body, If_Match="*").status_code == 200


def test_of_many_who_saw_the_same_state_one_updates() -> None:
    office = open_office()
    etag = office.hr("GET", "/v1/subjects/E").headers["ETag"]
    change = partial(office.hr, "PATCH", "/v1/subjects/E", {"name": "改"}, If_Match=etag)
    assert sorted(answer.status_code for answer in at_once([change] * 6)) == [200, *[412] * 5]


def test_every_change_of_a_subject_gives_it_a_new_etag(office: Office) -> None:
    path = f"/v1/subjects/{office.company.hire(fresh('S'))}"
    etags = [office.hr("GET", path).headers["ETag"]]
    for rest, body in (
        ("/assignments", {"since": "2026-01-01", "supervisor": "M"}),
        ("/wages", {"since": "2026-01-01", "day_wage": "100"}),
    ):
        etags.append(office.hr("POST", path + rest, body).headers["ETag"])
    assert len(set(etags)) == 3
