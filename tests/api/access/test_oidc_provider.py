"""Signing in by a real identity provider: the npm package, run by node."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, build_opener

import pytest
from tests.making.office import Caller, Office, refusal
from tests.making.operations import a_user, fresh
from tests.making.provider import BACK, CLIENT, SECRET, has_node, providing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_node(), reason="node and npm are not installed"),
]
ANYBODY = Caller(None)


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with providing(tmp_path_factory.mktemp("provider")) as found:
        yield found


class _Stay(HTTPRedirectHandler):
    """Follows nobody, so that the way back to us is seen and not taken."""

    def redirect_request(self, *_: Any) -> None:
        return None


def visit(url: str, login: str) -> dict[str, str]:
    """Sign in at the provider's pages as a browser does; return what one is sent back with."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()), _Stay)
    body: dict[str, str] | None = None
    for _ in range(20):
        url, page = _step(opener, url, body)
        if url.startswith(BACK):
            return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        body = None
        if page:
            action = re.search(r'<form[^>]* action="([^"]+)"', page)
            assert action is not None, page
            prompt = "login" if 'name="login"' in page else "consent"
            url = urljoin(url, unescape(action[1]))
            body = {"prompt": prompt, "login": login, "password": "any"}
    raise AssertionError(url)


def _step(opener: OpenerDirector, url: str, body: dict[str, str] | None) -> tuple[str, str]:
    """Return where a redirection leads, or the page that is there."""
    data = urlencode(body).encode() if body is not None else None
    try:
        with opener.open(url, data, timeout=10) as answer:
            return url, answer.read().decode()
    except HTTPError as error:
        with error:
            return urljoin(url, error.headers["Location"]), ""


@pytest.mark.parametrize("claim", ["preferred_username", "sub", "email"])
def test_a_real_provider_lets_a_user_in(office: Office, issuer: str, claim: str) -> None:
    name = fresh("li.hua")
    a_user(office, login=f"{name}@example.com" if claim == "email" else name)
    said = {"issuer": issuer, "client_id": CLIENT, "client_secret": SECRET, "claim": claim}
    path = f"/v1/oidc/{office.slug}"
    assert office.hr("PUT", f"{path}/provider", said | {"redirect_uris": [BACK]}).status_code == 200
    begun = ANYBODY("POST", f"{path}/sign-in", {}).get_json()
    back = visit(begun["authorization_url"], name)
    assert back["state"] == begun["state"]
    brought = back | {"ticket": begun["ticket"]}
    came = ANYBODY("POST", f"{path}/token", brought)
    assert came.status_code == 200, came.text
    assert Caller(came.get_json()["token"]).get("/v1/me")["login"].startswith(name)
    assert refusal(ANYBODY("POST", f"{path}/token", brought)) == (401, "oidc_ended", "")
    again = ANYBODY("POST", f"{path}/sign-in", {}).get_json()
    used = {"code": back["code"], "state": again["state"], "ticket": again["ticket"]}
    assert refusal(ANYBODY("POST", f"{path}/token", used)) == (401, "oidc_refused", "")
