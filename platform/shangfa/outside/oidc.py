"""Ask an identity provider: OpenID Connect Discovery, the code's exchange, keys, claims.

Every request goes over a checked line with an end and a limit, and nobody is followed
elsewhere. How long a token is good is told by the real time: the provider has no other.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from time import time
from typing import Any, Final
from urllib.parse import quote, urlencode

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jws, jwt
from joserfc.errors import InvalidClaimError, JoseError, MissingClaimError
from joserfc.jwk import JWKRegistry, Key

from shangfa.domain.access.faults import OIDC_ADDRESS, OIDC_REFUSED, OIDC_UNAVAILABLE
from shangfa.domain.access.oidc import OTHER_PERSON, SCOPES
from shangfa.domain.exchange.addresses import Network, read_url
from shangfa.domain.faults import RefusedError, refused
from shangfa.domain.text import Note
from shangfa.outside.lines import Deadline, NoPlaceError, line_to, refused_places

SECONDS: Final = 5.0
"""For each request, however slowly the provider drips."""
LARGEST: Final = 256 * 1024
"""Bytes of an answer."""
MOST_KEYS: Final = 50
OK: Final = 200
LEEWAY: Final = 60
"""Seconds that the provider's clock may differ from ours."""
ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512"),
)
"""Of keys whose other half the provider alone has; never `none`, never the client's secret."""
FORM: Final = "application/x-www-form-urlencoded"

NOT_REACHED: Final = Note("未能连接（{0}）", "it was not reached ({0})")
TOO_SLOW: Final = Note("答复太慢", "it is too slow")
NO_JSON: Final = Note(
    "{0} 的答复不是可用的 JSON（状态 {1}）", "{0} gave no usable JSON (status {1})"
)
NO_FIELD: Final = Note(
    "其 discovery 文档缺少可用的 {0}", "its discovery document has no usable {0}"
)
OTHER_NAME: Final = Note(
    "其 discovery 文档的 issuer 不是所设置的", "its discovery names another issuer"
)
CODE_REFUSED: Final = Note("未接受授权码（{0}）", "it did not take the code ({0})")
NO_TOKEN: Final = Note("没有给出 id_token", "it gave no id_token")
UNSIGNED: Final = Note("id_token 的签名不能验证", "the signature of its id_token does not verify")
BAD_CLAIM: Final = Note("id_token 的“{0}”不对", "{0!r} of its id_token is not what it must be")


@dataclass(frozen=True, slots=True)
class Client:
    """What a company agreed with its provider."""

    issuer: str
    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """Where a provider does what; `userinfo` "" when nowhere.

    Attributes:
        in_body: the client's secret goes into the body, since the header is not taken.
    """

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str
    in_body: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """What the token is asked with and held against."""

    code: str
    redirect_uri: str
    verifier: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider gave for a code."""

    id_token: str
    access_token: str


def check_issuer(issuer: str, networks: Sequence[Network]) -> None:
    """Let an issuer pass that may be asked.

    Raises:
        RefusedError: `invalid` URL, `oidc_address`.
    """
    target = read_url(issuer, "/issuer")
    places = refused_places(target, networks)
    if places:
        raise refused(OIDC_ADDRESS, "/issuer", value=target.host, allowed=places)


def discover(issuer: str, networks: Sequence[Network]) -> Metadata:
    """Return what a provider says of itself.

    Raises:
        RefusedError: `oidc_unavailable`.
    """
    url = get_well_known_url(issuer, external=True)
    status, said = _ask("GET", url, networks)
    if status != OK or said is None:
        raise refused(OIDC_UNAVAILABLE, "", why=NO_JSON.of("discovery", status))
    if said.get("issuer") != issuer:
        raise refused(OIDC_UNAVAILABLE, "", why=OTHER_NAME)
    must = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    authorization, token, keys = (_url_in(said, name) for name in must)
    userinfo = _url_in(said, "userinfo_endpoint") if said.get("userinfo_endpoint") else ""
    ways = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    in_body = "client_secret_basic" not in ways
    return Metadata(issuer, authorization, token, keys, userinfo, in_body)


def _url_in(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    try:
        read_url(value if isinstance(value, str) else "")
    except RefusedError:
        raise refused(OIDC_UNAVAILABLE, "", why=NO_FIELD.of(name)) from None
    return str(value)


def authorization_url(client: Client, at: Metadata, state: str, proof: Proof) -> str:
    """Return where the browser goes; `proof.code` is not there yet."""
    url: str = prepare_grant_uri(
        at.authorization,
        client.client_id,
        "code",
        proof.redirect_uri,
        SCOPES,
        state,
        nonce=proof.nonce,
        code_challenge=create_s256_code_challenge(proof.verifier),
        code_challenge_method="S256",
    )
    return url


def exchange(client: Client, at: Metadata, proof: Proof, networks: Sequence[Network]) -> Tokens:
    """Return the tokens for a code.

    Raises:
        RefusedError: `oidc_refused`, `oidc_unavailable`.
    """
    form = {
        "grant_type": "authorization_code",
        "code": proof.code,
        "redirect_uri": proof.redirect_uri,
        "code_verifier": proof.verifier,
    }
    headers = {"Content-Type": FORM}
    if at.in_body:
        form |= {"client_id": client.client_id, "client_secret": client.client_secret}
    else:
        headers["Authorization"] = _basic(client)
    status, said = _ask("POST", at.token, networks, headers, urlencode(form).encode())
    if said is None:
        raise refused(OIDC_UNAVAILABLE, "", why=NO_JSON.of("token", status))
    if status != OK:
        raise refused(OIDC_REFUSED, "", why=CODE_REFUSED.of(_word(said.get("error"))))
    id_token, access_token = said.get("id_token"), said.get("access_token")
    if not isinstance(id_token, str):
        raise refused(OIDC_REFUSED, "", why=NO_TOKEN)
    return Tokens(id_token, access_token if isinstance(access_token, str) else "")


def _basic(client: Client) -> str:
    """Return the header that RFC 6749 2.3.1 asks for: both encoded before they are joined."""
    pair = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
    return f"Basic {b64encode(pair.encode()).decode()}"


def _word(value: object) -> str:
    return value[:80] if isinstance(value, str) and value.isprintable() else "—"


def claims_of(
    client: Client, at: Metadata, tokens: Tokens, nonce: str, networks: Sequence[Network]
) -> dict[str, Any]:
    """Return the claims of an ID token that is the provider's, for us, of this try and in time.

    Raises:
        RefusedError: `oidc_refused`, `oidc_unavailable`.
    """
    status, said = _ask("GET", at.keys, networks)
    keys = said.get("keys") if said is not None else None
    if status != OK or not isinstance(keys, list):
        raise refused(OIDC_UNAVAILABLE, "", why=NO_JSON.of("jwks", status))
    token = _verified(tokens.id_token, keys)
    options = {
        "iss": {"essential": True, "value": client.issuer},
        "aud": {"essential": True, "value": client.client_id},
    }
    params = {
        "nonce": nonce,
        "client_id": client.client_id,
        "access_token": tokens.access_token,
    }
    claims = CodeIDToken(token.claims, token.header, options, params)
    try:
        claims.validate(int(time()), LEEWAY)
    except (InvalidClaimError, MissingClaimError) as error:
        raise refused(OIDC_REFUSED, "", why=BAD_CLAIM.of(error.claim)) from error
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise refused(OIDC_REFUSED, "", why=BAD_CLAIM.of(_claim_of(error))) from error
    return dict(claims)


def _claim_of(error: Exception) -> str:
    return "exp" if type(error).__name__ == "ExpiredTokenError" else "claims"


def _verified(text: str, keys: list[Any]) -> jwt.Token:
    """Return a token that one of the provider's keys signed.

    Raises:
        RefusedError: `oidc_refused`.
    """
    try:
        kid = jws.extract_compact(text.encode()).headers().get("kid")
        for key in _keys(keys, kid):
            with suppress(JoseError, ValueError, TypeError):
                return jwt.decode(text, key, algorithms=list(ALGORITHMS))
    except (JoseError, ValueError, TypeError, RecursionError):
        pass
    raise refused(OIDC_REFUSED, "", why=UNSIGNED)


def _keys(said: list[Any], kid: object) -> list[Key]:
    """Return the keys that may have signed; those of a kind that is not known are passed over."""
    found: list[Key] = []
    for item in said[:MOST_KEYS]:
        fits = isinstance(item, dict) and item.get("kty") in {"RSA", "EC"}
        if fits and item.get("use", "sig") == "sig" and kid in {None, item.get("kid")}:
            with suppress(JoseError, ValueError, TypeError, KeyError):
                found.append(JWKRegistry.import_key(item))
    return found


def userinfo(
    at: Metadata, tokens: Tokens, subject: object, networks: Sequence[Network]
) -> dict[str, Any]:
    """Return what the provider tells of whom it let in; {} when it tells nothing.

    Raises:
        RefusedError: `oidc_refused`, `oidc_unavailable`.
    """
    if not at.userinfo or not (tokens.access_token.isascii() and tokens.access_token.isprintable()):
        return {}
    bearer = {"Authorization": f"Bearer {tokens.access_token}"}
    status, said = _ask("GET", at.userinfo, networks, bearer)
    if status != OK or said is None:
        raise refused(OIDC_UNAVAILABLE, "", why=NO_JSON.of("userinfo", status))
    if said.get("sub") != subject:
        raise refused(OIDC_REFUSED, "", why=OTHER_PERSON)
    return said


def _ask(
    method: str,
    url: str,
    networks: Sequence[Network],
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> tuple[int, dict[str, Any] | None]:
    """Return status and object of an answer, None for what is none.

    Raises:
        RefusedError: `oidc_unavailable`.
    """
    target, deadline = read_url(url), Deadline(SECONDS)
    sent = {"Host": target.authority, "Accept": "application/json", **(headers or {})}
    try:
        with line_to(target, networks, deadline) as line:
            line.request(method, target.path, body, sent)
            answer = line.getresponse()
            status, content = answer.status, answer.read(LARGEST + 1)
    except (OSError, HTTPException, UnicodeError, ValueError, NoPlaceError) as error:
        why = TOO_SLOW if deadline.over else NOT_REACHED.of(type(error).__name__)
        raise refused(OIDC_UNAVAILABLE, "", why=why) from error
    if deadline.over:
        raise refused(OIDC_UNAVAILABLE, "", why=TOO_SLOW)
    return status, _object(content)


def _object(content: bytes) -> dict[str, Any] | None:
    if len(content) > LARGEST:
        return None
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
