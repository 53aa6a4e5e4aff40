"""Signing in with a company account: whom the provider lets in, and what is not taken of it."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from time import monotonic, time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jws, jwt
from joserfc.jwk import OctKey
from tests.making.office import Caller, Office, open_office, refusal
from tests.making.operations import a_user, fresh
from tests.making.provider import BACK, CLIENT, SECRET, Liar, by_hand, lying, make_key, signed
from werkzeug.test import TestResponse

from shangfa.outside import oidc as outside

ANYBODY = Caller(None)


@pytest.fixture(scope="module")
def _liar() -> Iterator[Liar]:
    with lying() as found:
        yield found


@pytest.fixture
def liar(_liar: Liar) -> Iterator[Liar]:
    yield _liar
    _liar.straight()


def agreed(liar: Liar, **more: Any) -> dict[str, Any]:
    return {
        "issuer": liar.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "redirect_uris": [BACK],
    } | more


def agree(office: Office, liar: Liar, **more: Any) -> TestResponse:
    path = f"/v1/oidc/{office.slug}/provider"
    return office.hr("PUT", path, agreed(liar, **more))


@pytest.fixture
def office(office: Office, liar: Liar) -> Office:
    assert agree(office, liar).status_code == 200
    return office


def begin(office: Office, body: Any = None) -> dict[str, Any]:
    begun = ANYBODY("POST", f"/v1/oidc/{office.slug}/sign-in", body or {})
    assert begun.status_code == 200, begun.text
    found: dict[str, Any] = begun.get_json()
    return found


def come_back(
    office: Office, liar: Liar, begun: dict[str, Any] | None = None, **more: Any
) -> TestResponse:
    begun = begun or begin(office)
    body = liar.visit(begun["authorization_url"]) | {"ticket": begun["ticket"]} | more
    return ANYBODY("POST", f"/v1/oidc/{office.slug}/token", body)


def login(office: Office, liar: Liar, **more: Any) -> str:
    """Make a user whom the provider lets in."""
    made = a_user(office, **more)
    liar.said["preferred_username"] = made["login"]
    return str(made["login"])


def test_whom_the_provider_lets_in_is_signed_in_as_by_a_password(
    office: Office, liar: Liar
) -> None:
    name = login(office, liar, must_change_password=True)
    begun = begin(office)
    asked = {k: v[0] for k, v in parse_qs(urlsplit(begun["authorization_url"]).query).items()}
    assert asked["tenant"] == "a"  # what was in the endpoint's query stays
    assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
    assert (asked["code_challenge_method"], asked["redirect_uri"]) == ("S256", BACK)
    assert asked["state"] == begun["state"] != asked["nonce"]
    came = come_back(office, liar, begun, iss=liar.issuer)
    assert came.status_code == 200, came.text
    made = came.get_json()
    assert made["must_change_password"] is False
    assert Caller(made["token"]).get("/v1/me")["login"] == name
    renewed = ANYBODY("POST", "/v1/sign-in/refresh", {"refresh_token": made["refresh_token"]})
    assert renewed.get_json()["must_change_password"] is False
    assert Caller(renewed.get_json()["token"]).get("/v1/me")["login"] == name
    authorization, body = liar.heard[-1]
    assert authorization.startswith("Basic ")
    assert "client_secret" not in body
    notes = office.hr.get("/v1/audit?limit=500")["items"]
    kinds = [(item["kind"], item["data"]) for item in notes]
    assert ("user.signed_in", {"by": "oidc"}) in kinds


def test_what_a_try_keeps_to_itself_no_ticket_tells(office: Office) -> None:
    begun = begin(office)
    ticket = b64decode(begun["ticket"].split(".")[1] + "==", "-_").decode()
    asked = parse_qs(urlsplit(begun["authorization_url"]).query)
    for secret in (asked["nonce"][0], asked["state"][0], SECRET):
        assert secret not in ticket


def test_a_secret_that_the_header_does_not_take_goes_into_the_body(
    office: Office, liar: Liar
) -> None:
    login(office, liar)
    said = liar._metadata() | {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    liar.answers["/.well-known/openid-configuration"] = (200, json.dumps(said).encode())
    assert come_back(office, liar).status_code == 200
    authorization, body = liar.heard[-1]
    assert authorization == ""
    assert parse_qs(body)["client_secret"] == [SECRET]


def test_a_claim_that_only_userinfo_has_is_asked_for_there(office: Office, liar: Liar) -> None:
    name = login(office, liar)
    liar.said = {}
    said = liar._metadata() | {"userinfo_endpoint": f"{liar.issuer}/userinfo"}
    liar.answers["/.well-known/openid-configuration"] = (200, json.dumps(said).encode())
    person = {"sub": "s-1", "preferred_username": name}
    liar.answers["/userinfo"] = (200, json.dumps(person).encode())
    assert come_back(office, liar).status_code == 200
    liar.answers["/userinfo"] = (200, json.dumps(person | {"sub": "s-2"}).encode())
    assert refusal(come_back(office, liar)) == (401, "oidc_refused", "")
    liar.answers["/userinfo"] = (500, b"")
    assert refusal(come_back(office, liar)) == (503, "oidc_unavailable", "")


def test_a_mail_address_counts_only_when_it_was_verified(office: Office, liar: Liar) -> None:
    assert agree(office, liar, claim="email").status_code == 200
    name = str(a_user(office, login=f"{fresh('mail')}@example.com")["login"])
    for verified, status in ((True, 200), (False, 401), (None, 401), ("true", 401), (1, 401)):
        liar.said = {"email": name, "email_verified": verified}
        assert come_back(office, liar).status_code == status, verified


SIGNERS: dict[str, Callable[[Liar, dict[str, Any]], str]] = {
    "no signature": lambda _, claims: by_hand({"alg": "none"}, claims),
    "no signature under the key's name": lambda _, claims: by_hand(
        {"alg": "none", "kid": "first"}, claims
    ),
    "the client's secret": lambda _, claims: by_hand(
        {"alg": "HS256", "kid": "first"}, claims, SECRET.encode()
    ),
    "the public key as a secret": lambda liar, claims: by_hand(
        {"alg": "HS256", "kid": "first"}, claims, liar.keys[0].as_pem(private=False)
    ),
    "another key of the same name": lambda _, claims: jwt.encode(
        {"alg": "RS256", "kid": "first"}, claims, make_key("first")
    ),
    "a key that is not told": lambda _, claims: jwt.encode(
        {"alg": "RS256", "kid": "other"}, claims, make_key("other")
    ),
    "a key that it brings itself": lambda _, claims: _with_own_key(claims),
    "no token": lambda _, __: "nothing",
    "a token in parts": lambda liar, claims: ".".join(signed(liar, claims).split(".")[:2]) + ".",
    "a token cut": lambda liar, claims: signed(liar, claims)[:-20],
    "claims that are no object": lambda liar, _: _compact(liar, b"[]"),
    "claims that are no JSON": lambda liar, _: _compact(liar, b"{"),
}


def _with_own_key(claims: dict[str, Any]) -> str:
    key = make_key("own")
    header = {"alg": "RS256", "kid": "first", "jwk": key.as_dict(private=False)}
    return jwt.encode(header, claims, key)


def _compact(liar: Liar, payload: bytes) -> str:
    header = {"alg": "RS256", "kid": "first"}
    return jws.serialize_compact(header, payload, liar.keys[0])


@pytest.mark.parametrize("name", SIGNERS)
def test_a_token_that_the_provider_did_not_sign(office: Office, liar: Liar, name: str) -> None:
    login(office, liar)
    liar.sign = SIGNERS[name]
    assert refusal(come_back(office, liar)) == (401, "oidc_refused", "")


def test_a_key_that_was_exchanged_meanwhile_is_known_at_once(office: Office, liar: Liar) -> None:
    login(office, liar)
    assert come_back(office, liar).status_code == 200
    liar.keys.insert(0, make_key("second"))
    assert come_back(office, liar).status_code == 200
    liar.sign = lambda provider, claims: jwt.encode({"alg": "RS256"}, claims, provider.keys[1])
    assert come_back(office, liar).status_code == 200  # it may leave out which
    liar.keys = liar.keys[1:]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"iss": "http://127.0.0.1:1"}, id="another issuer"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"aud": "somebody"}, id="for another client"),
        pytest.param({"aud": [CLIENT, "somebody"]}, id="for two, and not said who asked"),
        pytest.param({"aud": []}, id="for nobody"),
        pytest.param({"azp": "somebody"}, id="asked for by another"),
        pytest.param({"exp": int(time()) - 86400}, id="expired"),
        pytest.param({"exp": None}, id="without an end"),
        pytest.param({"exp": "tomorrow"}, id="an end that is no time"),
        pytest.param({"nbf": int(time()) + 86400}, id="not yet good"),
        pytest.param({"iat": int(time()) + 86400}, id="from the future"),
        pytest.param({"iat": None}, id="of no time"),
        pytest.param({"nonce": "another"}, id="of another try"),
        pytest.param({"nonce": None}, id="of no try"),
        pytest.param({"sub": None}, id="of nobody"),
        pytest.param({"preferred_username": None}, id="without the claim"),
        pytest.param({"preferred_username": ""}, id="an empty claim"),
        pytest.param({"preferred_username": ["a", "b"]}, id="a claim that is no text"),
        pytest.param({"at_hash": "AAAA"}, id="beside another access token"),
    ],
)
def test_claims_that_are_not_what_they_must_be(
    office: Office, liar: Liar, said: dict[str, Any]
) -> None:
    login(office, liar)
    liar.said |= said
    assert refusal(come_back(office, liar)) == (401, "oidc_refused", "")


def test_a_code_that_the_provider_does_not_take(office: Office, liar: Liar) -> None:
    assert refusal(come_back(office, liar, code="guessed")) == (401, "oidc_refused", "")
    assert refusal(come_back(office, liar, iss="https://other.example")) == (
        401,
        "oidc_refused",
        "",
    )


def test_a_try_is_good_once_for_its_own_company_and_state(office: Office, liar: Liar) -> None:
    login(office, liar)
    first, second = begin(office), begin(office)
    ended = (401, "oidc_ended", "")
    assert refusal(come_back(office, liar, first, state=second["state"])) == ended
    assert refusal(come_back(office, liar, first, ticket=second["ticket"])) == ended
    assert come_back(office, liar, first).status_code == 200
    assert refusal(come_back(office, liar, first)) == ended
    for ticket in ("x", f"{second['ticket']}x", _forged(second["ticket"])):
        assert refusal(come_back(office, liar, second, ticket=ticket)) == ended
    other = open_office()
    assert agree(other, liar).status_code == 200
    assert refusal(come_back(other, liar, second)) == ended
    assert refusal(come_back(office, liar, begin(other))) == ended
    assert agree(office, liar).status_code == 200  # set anew: what had begun ends
    assert refusal(come_back(office, liar, second)) == ended


def _forged(ticket: str) -> str:
    claims = {"jti": "0" * 32, "uri": BACK, "exp": int(time()) + 86400}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.generate_key(256)) if ticket else ""


def test_only_users_of_the_company_who_may_sign_in(office: Office, liar: Liar) -> None:
    liar.said["preferred_username"] = fresh("nobody")
    assert refusal(come_back(office, liar)) == (401, "oidc_no_user", "")
    made = a_user(office)
    liar.said["preferred_username"] = made["login"]
    assert come_back(office, liar).status_code == 200
    office.hr("PATCH", f"/v1/users/{made['id']}", {"locked": True})
    assert refusal(come_back(office, liar)) == (403, "account_locked", "")
    office.hr("DELETE", f"/v1/users/{made['id']}")
    assert refusal(come_back(office, liar)) == (401, "oidc_no_user", "")


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        pytest.param("/.well-known/openid-configuration", (404, b""), id="no discovery"),
        pytest.param("/.well-known/openid-configuration", (302, b""), id="sent elsewhere"),
        pytest.param("/.well-known/openid-configuration", (200, b"[]"), id="a list"),
        pytest.param("/.well-known/openid-configuration", (200, b"[" * 100_000), id="deep"),
        pytest.param("/.well-known/openid-configuration", (200, b'{"issuer": "x"}'), id="another"),
        pytest.param("/jwks", (200, b'{"keys": 1}'), id="keys that are none"),
        pytest.param("/jwks", (200, b" " * 300_000 + b'{"keys": []}'), id="too large"),
        pytest.param("/token", (200, b"<html>"), id="a page in place of tokens"),
    ],
)
def test_a_provider_that_does_not_answer_as_it_must(
    office: Office, liar: Liar, path: str, answer: tuple[int, bytes]
) -> None:
    begun = begin(office)
    liar.answers[path] = answer
    assert refusal(come_back(office, liar, begun)) == (503, "oidc_unavailable", "")
    if path.startswith("/.well-known"):
        asked = ANYBODY("POST", f"/v1/oidc/{office.slug}/sign-in", {})
        assert refusal(asked) == (503, "oidc_unavailable", "")


@pytest.mark.parametrize(
    "field", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"]
)
@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", 5, "http://a@b/"])
def test_endpoints_are_web_addresses(office: Office, liar: Liar, field: str, url: Any) -> None:
    said = liar._metadata() | {field: url}
    liar.answers["/.well-known/openid-configuration"] = (200, json.dumps(said).encode())
    asked = ANYBODY("POST", f"/v1/oidc/{office.slug}/sign-in", {})
    assert refusal(asked) == (503, "oidc_unavailable", "")


def test_endpoints_inside_are_not_asked_even_when_the_provider_names_them(
    office: Office, liar: Liar
) -> None:
    said = liar._metadata() | {"token_endpoint": "http://169.254.169.254/latest"}
    liar.answers["/.well-known/openid-configuration"] = (200, json.dumps(said).encode())
    began = monotonic()
    assert refusal(come_back(office, liar)) == (503, "oidc_unavailable", "")
    assert monotonic() - began < 2


def test_a_provider_that_drips_has_an_end(
    office: Office, liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = begin(office)
    monkeypatch.setattr(outside, "SECONDS", 0.3)
    liar.drip = True
    began = monotonic()
    assert refusal(come_back(office, liar, begun)) == (503, "oidc_unavailable", "")
    assert monotonic() - began < 2


def test_the_settings_are_shown_without_the_secret(office: Office, liar: Liar) -> None:
    path = f"/v1/oidc/{office.slug}/provider"
    shown = office.hr("GET", path)
    assert SECRET not in shown.text
    assert shown.get_json()["claim"] == "preferred_username"
    kept = agreed(liar, claim="upn")
    del kept["client_secret"]
    assert office.hr("PUT", path, kept).get_json()["claim"] == "upn"
    liar.said["upn"] = a_user(office)["login"]
    assert come_back(office, liar).status_code == 200  # the secret stayed
    for other in ({"client_id": "another"}, {"issuer": "https://another.example"}):
        assert refusal(office.hr("PUT", path, kept | other)) == (422, "missing", "/client_secret")
    kinds = [item["kind"] for item in office.hr.get("/v1/audit?limit=500")["items"]]
    assert "provider.set" in kinds
    assert office.hr("DELETE", path).status_code == 204
    assert refusal(office.hr("DELETE", path)) == (404, "oidc_not_set", "")
    assert refusal(office.hr("GET", path)) == (404, "oidc_not_set", "")


def test_a_company_that_is_not_there_is_answered_like_one_without_a_provider(
    office: Office, liar: Liar
) -> None:
    other = open_office()
    body = {"ticket": "x", "state": "x", "code": "x"}
    for slug in (other.slug, "nobody-here"):
        for path, asked in (("sign-in", {}), ("token", body)):
            got = ANYBODY("POST", f"/v1/oidc/{slug}/{path}", asked)
            assert refusal(got) == (404, "oidc_not_set", "")
    got = other.hr("PUT", f"/v1/oidc/{office.slug}/provider", agreed(liar))
    assert refusal(got) == (404, "unknown_tenant", "/tenant")


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"issuer": "http://10.0.0.1"}, "oidc_address", "/issuer"),
        ({"issuer": "https://[::1]"}, "oidc_address", "/issuer"),
        ({"issuer": "https://169.254.169.254"}, "oidc_address", "/issuer"),
        ({"issuer": "nowhere"}, "invalid", "/issuer"),
        ({"redirect_uris": []}, "invalid", "/redirect_uris"),
        ({"redirect_uris": ["javascript:x"]}, "invalid", "/redirect_uris/0"),
        ({"client_id": "a\nb"}, "invalid", "/client_id"),
        ({"claim": "a b"}, "invalid", "/claim"),
    ],
)
def test_settings_that_are_refused(
    office: Office, liar: Liar, change: dict[str, Any], code: str, pointer: str
) -> None:
    assert refusal(agree(office, liar, **change)) == (422, code, pointer)


def test_nobody_is_sent_back_to_where_the_company_did_not_say(office: Office) -> None:
    asked = {"redirect_uri": "https://evil.example/back"}
    got = ANYBODY("POST", f"/v1/oidc/{office.slug}/sign-in", asked)
    assert refusal(got) == (422, "invalid", "/redirect_uri")
