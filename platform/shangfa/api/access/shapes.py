"""What users, their tokens and whoever asks look like in JSON."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate

from shangfa.api.access.kept_shapes import shape_of
from shangfa.api.fields import Listed, Moment, short
from shangfa.api.shapes import CODE, SLUG, PageSchema
from shangfa.db.audit import Opening
from shangfa.db.months.settlements import SettledLine
from shangfa.db.payroll.papers import PaperRecord
from shangfa.db.people.corrections import CorrectionRecord
from shangfa.db.people.receipts import ReceiptRecord
from shangfa.db.users import DelegationRecord
from shangfa.domain.access.passwords import LONGEST
from shangfa.domain.access.roles import ACTOR_KINDS, DELEGABLE, ROLES, TENANT_ROLES
from shangfa.services.access.me import Myself
from shangfa.services.access.sign_in import SignedIn
from shangfa.services.access.users import NewUser, Secret, UserChange, UserView
from shangfa.services.cases.shown import CaseShown
from shangfa.services.incidents.shown import IncidentView
from shangfa.services.ledger.standing import Record
from shangfa.services.payroll.papers import MonthPayView
from shangfa.services.people.delegations import NewDelegation
from shangfa.services.people.subjects import SubjectView

ROLE: Final = validate.OneOf(TENANT_ROLES)
LOGIN: Final = validate.Regexp(r"^[^\s/]{1,80}\Z")
PASSWORD: Final = validate.Length(min=1, max=LONGEST)
TEXT: Final = validate.Length(min=1, max=200)


def _role(**options: Any) -> fields.String:
    return fields.String(validate=ROLE, **options)


def _roles(body: dict[str, Any]) -> tuple[str, ...] | None:
    """Return the roles that a body names, one or several; None when it names none."""
    if "roles" not in body and "role" not in body:
        return None
    return (*body.pop("roles", ()), *([body.pop("role")] if "role" in body else []))


class TenantQuerySchema(Schema):
    """Whose users."""

    tenant = fields.String(validate=SLUG, metadata={"description": "for the operator"})


class UsersQuerySchema(PageSchema, TenantQuerySchema):
    """Which part of whose users."""


class UserSchema(Schema):
    """A user to make. Supervisors and employees are a subject."""

    tenant = fields.String(validate=SLUG, metadata={"description": "for the operator"})
    login = fields.String(required=True, validate=LOGIN, metadata={"example": "li.hua"})
    name = short(required=True)
    role = _role(metadata={"description": "or `roles`"})
    roles = Listed(_role(), most=len(TENANT_ROLES))
    subject = fields.String(validate=CODE, allow_none=True)
    invite = fields.Boolean(metadata={"description": "a link instead of a first password"})
    must_change_password = fields.Boolean()


def new_user(body: dict[str, Any]) -> NewUser:
    """Return the user that a body describes."""
    said = dict(body)
    said.pop("tenant", None)
    due = said.pop("must_change_password", False)
    return NewUser(roles=_roles(said) or (), password_due=due, **said)


class UserChangeSchema(Schema):
    """What changes of a user; what is left out stays."""

    name = short()
    role = _role()
    roles = Listed(_role(), most=len(TENANT_ROLES))
    subject = fields.String(validate=CODE, allow_none=True)
    locked = fields.Boolean()
    reset_password = fields.Boolean(metadata={"description": "a new one, shown this once"})
    invite = fields.Boolean(metadata={"description": "a new link; the password ends"})


def user_change(body: dict[str, Any]) -> UserChange:
    """Return what a body changes."""
    said = dict(body)
    if "subject" in said:
        said["subject"] = said["subject"] or ""
    return UserChange(roles=_roles(said), reset=said.pop("reset_password", False), **said)


class UserViewSchema(Schema):
    """A user."""

    id = fields.UUID(required=True)
    login = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(
        required=True,
        validate=validate.OneOf(ROLES),
        metadata={"description": "the one he acts in at first"},
    )
    roles = fields.List(fields.String(validate=validate.OneOf(ROLES)), required=True)
    subject = fields.String(required=True, allow_none=True)
    locked = fields.Boolean(required=True)
    must_change_password = fields.Boolean(required=True)
    invited_until = fields.DateTime(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    signed_in_at = fields.DateTime(required=True, allow_none=True)
    ended_at = fields.DateTime(required=True, allow_none=True)


class MadeUserSchema(UserViewSchema):
    """A user with what is told this once; asked again, it is null."""

    password = fields.String(required=True, allow_none=True)
    invitation = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "where he chooses his password, once"},
    )


class UserPageSchema(Schema):
    """A page of users."""

    items = fields.List(fields.Nested(UserViewSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def user(view: UserView) -> dict[str, Any]:
    """Return a user without what is told once."""
    found = view.user
    shown = ("id", "login", "name", "subject", "locked", "invited_until", "created_at")
    return {
        **{name: getattr(found, name) for name in (*shown, "signed_in_at", "ended_at")},
        "role": found.roles[0],
        "roles": found.roles,
        "must_change_password": found.password_due,
    }


def made_user(view: UserView) -> dict[str, Any]:
    """Return a user with what is told once."""
    return user(view) | _secret(view.secret)


def kept_user(view: UserView) -> dict[str, Any]:
    """Return a user as he is remembered, with nothing in place of what is told once."""
    return user(view) | _secret(Secret())


def _secret(secret: Secret) -> dict[str, Any]:
    link = secret.invitation
    return {"password": secret.password, "invitation": link and f"/v1/invitations/{link}"}


class SignInSchema(Schema):
    """Who signs in, where."""

    tenant = fields.String(required=True, validate=TEXT)
    login = fields.String(required=True, validate=TEXT)
    password = fields.String(required=True, validate=PASSWORD)


class RefreshSchema(Schema):
    """What renews a token."""

    refresh_token = fields.String(required=True, validate=TEXT)


class AcceptSchema(Schema):
    """The password that somebody chooses."""

    password = fields.String(required=True, validate=PASSWORD)


class PasswordSchema(Schema):
    """The password so far, and the one to come."""

    password = fields.String(required=True, validate=PASSWORD)
    new_password = fields.String(required=True, validate=PASSWORD)


class SignedInSchema(Schema):
    """A token, which goes where a key goes, and what renews it."""

    token = fields.String(required=True)
    expires_at = fields.DateTime(required=True)
    refresh_token = fields.String(required=True)
    refresh_until = fields.DateTime(required=True)
    must_change_password = fields.Boolean(required=True)


def signed_in(made: SignedIn) -> dict[str, Any]:
    """Return a token and what renews it."""
    names = ("token", "expires_at", "refresh_token", "refresh_until")
    shown = {name: getattr(made, name) for name in names}
    return {**shown, "must_change_password": made.password_due}


class ActorSchema(Schema):
    """Who is named by what he does."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(ACTOR_KINDS))
    name = fields.String(required=True)


class MyselfSchema(Schema):
    """Whoever asks."""

    tenant = fields.String(required=True, allow_none=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    roles = fields.List(fields.String(validate=validate.OneOf(ROLES)), required=True)
    permissions = fields.List(fields.String(), required=True)
    subject = fields.String(required=True, allow_none=True)
    login = fields.String(required=True, allow_none=True)
    actor = fields.Nested(ActorSchema, required=True)
    must_change_password = fields.Boolean(required=True)


def myself(found: Myself) -> dict[str, Any]:
    """Return whoever asks."""
    ctx = found.ctx
    return {
        "tenant": found.tenant,
        "role": ctx.role,
        "roles": ctx.roles or (ctx.role,),
        "permissions": found.permissions,
        "subject": ctx.subject,
        "login": found.login,
        "actor": {"id": ctx.actor_id, "kind": found.kind, "name": found.name},
        "must_change_password": ctx.password_due,
    }


class OpeningSchema(Schema):
    """Somebody opened what is kept about you."""

    at = fields.DateTime(required=True)
    what = fields.String(required=True, metadata={"example": "record.read"})
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    by = fields.String(required=True, allow_none=True, metadata={"description": "person or key"})


class OpeningPageSchema(Schema):
    """A page of openings."""

    items = fields.List(fields.Nested(OpeningSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def opening(found: Opening) -> dict[str, Any]:
    """Return an opening."""
    return {"at": found.at, "what": found.kind, "role": found.role, "by": found.actor_kind}


class OwnUserSchema(Schema):
    """Your account."""

    login = fields.String(required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.String(validate=validate.OneOf(ROLES)), required=True)
    created_at = fields.DateTime(required=True)
    signed_in_at = fields.DateTime(required=True, allow_none=True)


def _kept(kind: type, *, allow_none: bool = False, **more: Any) -> fields.Dict:
    shape = shape_of(kind)
    shape["properties"] |= more
    known: dict[str, Any] = {key: shape[key] for key in ("properties", "required")}
    return fields.Dict(required=True, allow_none=allow_none, metadata=known)


def _every(kind: type, **more: Any) -> fields.List[Any]:
    return fields.List(_kept(kind, **more), required=True)


class OwnDataSchema(Schema):
    """Everything that is kept about you."""

    made_at = fields.DateTime(required=True)
    user = fields.Nested(OwnUserSchema, required=True, allow_none=True)
    subject = _kept(SubjectView, allow_none=True)
    record = _kept(Record, allow_none=True)
    incidents = _every(IncidentView)
    cases = _every(CaseShown)
    settled = _every(SettledLine, period={"type": "string"})
    receipts = _every(ReceiptRecord)
    corrections = _every(CorrectionRecord)
    readers = _every(Opening)
    month_pay = _every(MonthPayView)
    papers = _every(PaperRecord)


class DelegationSchema(Schema):
    """Who stands in for whom, for a time; logins."""

    tenant = fields.String(validate=SLUG, metadata={"description": "for the operator"})
    of = fields.String(required=True, validate=TEXT, metadata={"description": "who is away"})
    to = fields.String(required=True, validate=TEXT, metadata={"description": "who stands in"})
    role = fields.String(required=True, validate=validate.OneOf(DELEGABLE))
    since = Moment(required=True)
    until = Moment(required=True)
    reason = fields.String(load_default="", validate=validate.Length(max=200))


def new_delegation(body: dict[str, Any]) -> NewDelegation:
    """Return what a body lets somebody do."""
    return NewDelegation(**{key: value for key, value in body.items() if key != "tenant"})


class DelegationViewSchema(Schema):
    """Who stands in for whom."""

    id = fields.UUID(required=True)
    of = fields.String(required=True)
    to = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(DELEGABLE))
    since = fields.DateTime(required=True)
    until = fields.DateTime(required=True)
    reason = fields.String(required=True)
    ended_at = fields.DateTime(required=True, allow_none=True)


class DelegationPageSchema(Schema):
    """All delegations of a company."""

    items = fields.List(fields.Nested(DelegationViewSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def delegation(found: DelegationRecord) -> dict[str, Any]:
    """Return a delegation."""
    return found._asdict()
