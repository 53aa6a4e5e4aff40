"""/v1/webhooks: secrets shown once, addresses, pages."""

from __future__ import annotations

import pytest
from tests.making.office import Office, refusal
from tests.making.operations import WEBHOOK


def test_a_secret_is_shown_once_and_no_list_holds_it(office: Office) -> None:
    first = office.hr("POST", "/v1/webhooks", WEBHOOK, Idempotency_Key="hook")
    again = office.hr("POST", "/v1/webhooks", WEBHOOK, Idempotency_Key="hook")
    made = first.get_json()
    assert first.status_code == again.status_code == 201
    assert made["secret"].startswith("whsec_")
    assert again.get_json() == made | {"secret": None}
    path = f"/v1/webhooks/{made['id']}"
    rotated = office.hr("POST", f"{path}/rotate", Idempotency_Key="turn").get_json()
    assert rotated["secret"] not in {None, made["secret"]}
    assert rotated["old_secret_until"] is not None
    assert office.hr("POST", f"{path}/rotate", Idempotency_Key="turn").get_json()["secret"] is None
    shown = office.hr("GET", "/v1/webhooks").text + office.hr("GET", path).text
    assert "whsec_" not in shown
    assert office.hr.get("/v1/webhooks")["items"][-1]["url"] == WEBHOOK["url"]


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"url": "http://127.0.0.1/"}, "webhook_address", "/url"),
        ({"url": "https://2130706433/"}, "webhook_address", "/url"),
        ({"url": "nowhere"}, "invalid", "/url"),
        ({"events": []}, "invalid", "/events"),
        ({"events": ["webhook.test"]}, "invalid", "/events/0"),
        ({"secret": "whsec_mine"}, "unknown_field", "/secret"),
    ],
)
def test_what_is_refused(
    office: Office, change: dict[str, object], code: str, pointer: str
) -> None:
    assert refusal(office.hr("POST", "/v1/webhooks", WEBHOOK | change)) == (422, code, pointer)


def test_deliveries_come_in_pages_the_newest_first(office: Office) -> None:
    path = f"/v1/webhooks/{office.hr('POST', '/v1/webhooks', WEBHOOK).get_json()['id']}"
    ids = [office.hr("POST", f"{path}/test").get_json()["id"] for _ in range(3)]
    page = office.hr.get(f"{path}/deliveries?limit=2&state=pending")
    rest = office.hr.get(f"{path}/deliveries?limit=2&cursor={page['next_cursor']}")
    assert [item["id"] for item in page["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None
    assert office.hr.get(f"{path}/deliveries?state=delivered")["items"] == []
    assert office.hr("GET", f"{path}/deliveries?state=lost").status_code == 422
    assert office.hr("GET", f"{path}/deliveries?cursor=x").status_code == 422
