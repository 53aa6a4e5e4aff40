"""Signing in with a company account at a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.making.browser import browser
from tests.making.house import serving
from tests.making.office import Office, open_office
from tests.making.operations import a_user
from tests.making.provider import CLIENT, SECRET, Liar, lying

BACK = "http://localhost/console/sign-in/company"


@pytest.fixture(scope="module", autouse=True)
def _database(app_url: str) -> Iterator[None]:
    with serving(app_url, oidc_allow="127.0.0.0/8"):
        yield


@pytest.fixture(scope="module")
def liar() -> Iterator[Liar]:
    with lying() as found:
        yield found


@pytest.fixture(scope="module")
def office(liar: Liar) -> Office:
    office = open_office()
    said = {"issuer": liar.issuer, "client_id": CLIENT, "client_secret": SECRET}
    path = f"/v1/oidc/{office.slug}/provider"
    body = said | {"redirect_uris": ["https://elsewhere.example/back", BACK]}
    assert office.hr("PUT", path, body).status_code == 200
    liar.said["preferred_username"] = a_user(office, role="hr")["login"]
    return office


def sent(tab: Any, office: Office, **more: str) -> str:
    """Press the button and return where the page leads."""
    tab.get("/console/sign-in?next=/console/cases")
    tab.press("company", tenant=office.slug, **more)
    assert tab.path == "/console/sign-in/company"
    url = str(tab.page.headers["Refresh"]).removeprefix("0;url=")
    assert url.replace("&", "&amp;") in tab.page.text
    return url


def test_one_goes_to_the_provider_and_comes_back_to_where_one_was(
    office: Office, liar: Liar
) -> None:
    tab = browser()
    url = sent(tab, office)
    assert f"redirect_uri={BACK}".replace(":", "%3A").replace("/", "%2F") in url
    tab.get(f"/console/sign-in/company?{urlencode(liar.visit(url))}")
    assert tab.path == "/console/cases"


def test_who_did_not_begin_here_is_not_let_in(office: Office, liar: Liar) -> None:
    """Somebody else's way back would sign a visitor in as him."""
    mine, victim = browser(), browser()
    back = urlencode(liar.visit(sent(mine, office)))
    victim.get(f"/console/sign-in/company?{back}", 401)
    sent(victim, office)
    victim.get(f"/console/sign-in/company?{back}", 401)
    assert "oidc_ended" in victim.page.text or "重新开始" in victim.page.text
    mine.get(f"/console/sign-in/company?{back}")
    again = browser()
    again.get(f"/console/sign-in/company?{back}", 401)


def test_what_the_provider_refuses_is_told(office: Office, liar: Liar) -> None:
    tab = browser()
    sent(tab, office)
    tab.get("/console/sign-in/company?error=access_denied%3Cb%3E&state=x", 401)
    assert "access_denied&lt;b&gt;" in tab.page.text
    assert tab.path == "/console/sign-in/company"


def test_a_company_without_a_provider_is_told_beside_the_form(office: Office) -> None:
    tab = browser()
    tab.get("/console/sign-in")
    tab.press("company", 404, tenant=open_office().slug)
    tab.press("company", 422, tenant=" ")
    tab.client.get("/console/sign-in")
    answer = tab.client.post("/console/sign-in/company", data={"tenant": office.slug})
    assert answer.status_code == 403  # a form of another site
