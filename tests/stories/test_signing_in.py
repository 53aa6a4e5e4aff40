"""Signing in on the test clock: what lets somebody in ends with the clock, at once."""

from __future__ import annotations

from tests.making.office import Caller
from tests.making.story import Story

OPENED = "2026-09-02T09:00:00+08:00"


def test_a_token_ends_as_soon_as_the_clock_has_passed_it(story: Story) -> None:
    story.until(OPENED)
    user = story.hr("POST", "/v1/users", {"login": "sun", "name": "孙", "role": "hr"}).get_json()
    body = {"tenant": story.company.slug, "login": "sun", "password": user["password"]}
    made = Caller(None)("POST", "/v1/sign-in", body).get_json()
    assert made["expires_at"].startswith("2026-09-02T01:30:00")
    asker = Caller(made["token"])
    assert asker.get("/v1/me")["login"] == "sun"
    story.until("2026-09-02T09:29:59+08:00")
    assert asker.get("/v1/me")["login"] == "sun"
    story.until("2026-09-02T09:30:00+08:00")
    assert asker("GET", "/v1/me").status_code == 401
    renewal = {"refresh_token": made["refresh_token"]}
    renewed = Caller(None)("POST", "/v1/sign-in/refresh", renewal).get_json()
    assert Caller(renewed["token"]).get("/v1/me")["login"] == "sun"
    story.until("2026-09-02T21:00:00+08:00")
    renewal = {"refresh_token": renewed["refresh_token"]}
    assert Caller(None)("POST", "/v1/sign-in/refresh", renewal).status_code == 401
