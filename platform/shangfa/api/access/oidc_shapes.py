"""What an identity provider and a sign-in by it look like in JSON."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate

from shangfa.api.fields import Listed
from shangfa.db.oidc import ProviderRecord
from shangfa.domain.access.oidc import CLAIM, MOST_REDIRECTS
from shangfa.domain.exchange.addresses import LONGEST_URL
from shangfa.services.oidc.provider import NewProvider
from shangfa.services.oidc.sign_in import Back, Begun

URL: Final = validate.Length(min=1, max=LONGEST_URL)
PLAIN: Final = validate.Regexp(r"^[\x20-\x7e]{1,500}\Z")
"""What stands in a header."""
LONG: Final = validate.Regexp(r"^[\x21-\x7e]{1,4000}\Z")


class ProviderSchema(Schema):
    """An identity provider to set."""

    issuer = fields.String(
        required=True, validate=URL, metadata={"example": "https://login.example.com"}
    )
    client_id = fields.String(required=True, validate=PLAIN)
    client_secret = fields.String(
        validate=PLAIN, metadata={"description": "left out: the one that is set stays"}
    )
    claim = fields.String(
        validate=validate.Regexp(r"^[A-Za-z0-9_.:/-]{1,80}\Z"),
        metadata={"description": f"whose value is the login of a user; {CLAIM} if left out"},
    )
    redirect_uris = Listed(fields.String(validate=URL), most=MOST_REDIRECTS, least=1, required=True)


def new_provider(body: dict[str, Any]) -> NewProvider:
    """Return the provider that a body describes."""
    said = {"claim": CLAIM, "client_secret": None} | body
    return NewProvider(**said | {"redirect_uris": tuple(body["redirect_uris"])})


class ProviderViewSchema(Schema):
    """An identity provider; its secret is never shown."""

    issuer = fields.String(required=True)
    client_id = fields.String(required=True)
    claim = fields.String(required=True)
    redirect_uris = fields.List(fields.String(), required=True)
    changed_at = fields.DateTime(required=True)


def provider(record: ProviderRecord) -> dict[str, Any]:
    """Show a provider."""
    return {
        "issuer": record.issuer,
        "client_id": record.client_id,
        "claim": record.claim,
        "redirect_uris": record.redirect_uris,
        "changed_at": record.changed_at,
    }


class BeginSchema(Schema):
    """Where the provider sends the browser back to: one that is set, the first if left out."""

    redirect_uri = fields.String(validate=URL)


class BegunSchema(Schema):
    """A sign-in that has begun."""

    authorization_url = fields.String(required=True)
    ticket = fields.String(
        required=True, metadata={"description": "kept by who began, sent with the code"}
    )
    state = fields.String(
        required=True, metadata={"description": "what the provider must send back"}
    )
    expires_at = fields.DateTime(required=True)


def begun(made: Begun) -> dict[str, Any]:
    """Show a sign-in that has begun."""
    return {
        "authorization_url": made.url,
        "ticket": made.ticket,
        "state": made.state,
        "expires_at": made.until,
    }


class BackSchema(Schema):
    """What the provider sent back with, and the ticket."""

    ticket = fields.String(required=True, validate=LONG)
    state = fields.String(required=True, validate=LONG)
    code = fields.String(required=True, validate=LONG)
    iss = fields.String(validate=URL, metadata={"description": "when the provider sent it"})


def back(body: dict[str, Any]) -> Back:
    """Return what a body brings back."""
    return Back(body["ticket"], body["state"], body["code"], body.get("iss"))
