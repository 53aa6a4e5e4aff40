"""Users of a company: made, listed, changed and ended by HR, or by the operator for it.

What a user may do changes at once: his sessions end with his roles, his password, his lock.
A password made here is shown once and kept only as its hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from shangfa.db import users as sql
from shangfa.db.people import subject_ids
from shangfa.db.tenancy import find_tenant
from shangfa.db.tx.transaction import Tx
from shangfa.db.users import UserLine, UserRecord
from shangfa.domain.access.roles import PERSONAL, TENANT_ROLES, widest_first
from shangfa.domain.audit.entries import NoteKind
from shangfa.domain.faults import DUPLICATE, INVALID, MISSING, NO_CHANGE, NOT_FOUND, refused
from shangfa.domain.people.faults import UNKNOWN_SUBJECT
from shangfa.domain.tenancy.faults import UNKNOWN_TENANT
from shangfa.services.access import authentication
from shangfa.services.access.hashing import hash_of, new_password
from shangfa.services.access.tokens import INVITATION, digest_of, new_token
from shangfa.services.audit.notes import Noted, note
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy.tenants import enter_tenant
from shangfa.services.transaction import reading, transact

INVITATION_LIFE: Final = timedelta(days=3)
LOGIN_TAKEN: Final = "uq_tenant_user_tenant_id_login"


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to be made; `subject` is the code of who he is, None for an office.

    Attributes:
        invite: he gets a link and chooses his own password, instead of a first one.
        password_due: nothing is done for him before he has changed the first one.
    """

    login: str
    name: str
    roles: tuple[str, ...]
    subject: str | None = None
    invite: bool = False
    password_due: bool = False


@dataclass(frozen=True, slots=True)
class UserChange:
    """What changes of a user; None stays as it is.

    Attributes:
        subject: "" takes it away.
        reset: he gets a new password, once shown.
        invite: he gets a new link and has no password until he followed it.
    """

    name: str | None = None
    roles: tuple[str, ...] | None = None
    subject: str | None = None
    locked: bool | None = None
    reset: bool = False
    invite: bool = False


@dataclass(frozen=True, slots=True)
class Secret:
    """What is shown once: a password, or the text of an invitation and until when it is good."""

    password: str | None = None
    invitation: str | None = None
    until: datetime | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """What is kept of it."""
        if self.invitation is not None:
            kept = {"invitation": digest_of(self.invitation), "invited_until": self.until}
            return {"password": "", **kept}
        hashed = hash_of(self.password) if self.password is not None else ""
        return {"password": hashed, "invitation": None, "invited_until": None}


@dataclass(frozen=True, slots=True)
class UserView:
    """A user, with what is shown of him once."""

    user: UserRecord
    secret: Secret


def enter(tx: Tx, ctx: Context, slug: str | None) -> UUID:
    """Be in the tenant whose users are meant: the asker's own, or the one the operator names.

    Raises:
        RefusedError: `missing` tenant, `unknown_tenant`, also for another's.
    """
    if ctx.tenant_id is None:
        if slug is None:
            raise refused(MISSING, "/tenant", value="tenant")
        return enter_tenant(tx, slug, "/tenant")
    if slug is not None and find_tenant(tx, slug) != ctx.tenant_id:
        raise refused(UNKNOWN_TENANT, "/tenant", value=slug)
    return ctx.tenant_id


def create(ctx: Context, slug: str | None, said: NewUser) -> UserView:
    """Make a user.

    Raises:
        RefusedError: `duplicate` login, `unknown_subject`, `missing` subject or tenant,
            `invalid` role, `unknown_tenant`.
    """
    ctx.need("users:manage")
    taken = refused(DUPLICATE, "/login", value=said.login)

    def work(tx: Tx) -> UserView:
        tenant_id = enter(tx, ctx, slug)
        if sql.find_login(tx, said.login) is not None:
            raise taken
        view = _add(tx, said, _secret(tenant_id, invite=said.invite))
        _note(tx, ctx, "user.created", view.user, roles=view.user.roles)
        return view

    return transact(ctx, work, taken={LOGIN_TAKEN: taken})


def _secret(tenant_id: UUID, *, invite: bool) -> Secret:
    if invite:
        text = new_token(tenant_id, INVITATION)
        return Secret(invitation=text, until=now() + INVITATION_LIFE)
    return Secret(password=new_password())


def _add(tx: Tx, said: NewUser, secret: Secret) -> UserView:
    roles, subject_id = _roles(said.roles), _subject(tx, said.roles, said.subject)
    kept = secret.columns
    line = UserLine(
        new_id(),
        said.login,
        said.name,
        roles,
        subject_id,
        kept["password"],
        said.password_due,
        kept["invitation"],
        kept["invited_until"],
        now(),
    )
    sql.add_user(tx, line)
    tx.flush()
    return UserView(_found(tx, line.id), secret)


def _note(tx: Tx, ctx: Context, kind: NoteKind, user: UserRecord, **data: Any) -> None:
    note(tx, ctx, Noted(kind, user.subject, user.id, {"login": user.login, **data}))


def _roles(said: tuple[str, ...]) -> tuple[str, ...]:
    for role in said:
        if role not in TENANT_ROLES:
            raise refused(INVALID, "/role", value=role, why="/".join(TENANT_ROLES))
    if not said:
        raise refused(MISSING, "/role", value="role")
    return widest_first(said)


def _subject(tx: Tx, roles: tuple[str, ...], code: str | None) -> UUID | None:
    if not code:
        if any(role in PERSONAL for role in roles):
            raise refused(MISSING, "/subject", value="subject")
        return None
    found = subject_ids(tx, [code]).get(code)
    if found is None:
        raise refused(UNKNOWN_SUBJECT, "/subject", value=code)
    return found


def _found(tx: Tx, user_id: UUID, *, hold: bool = False) -> UserRecord:
    found = sql.find_user(tx, user_id, hold=hold)
    if found is None or (hold and found.ended_at is not None):
        raise refused(NOT_FOUND, "")
    return found


def read(ctx: Context, slug: str | None, user_id: UUID) -> UserRecord:
    """Return a user.

    Raises:
        RefusedError: `not_found`, `missing` tenant, `unknown_tenant`.
    """
    ctx.need("users:manage")

    def work(tx: Tx) -> UserRecord:
        enter(tx, ctx, slug)
        return _found(tx, user_id)

    return reading(ctx, work)


def page(ctx: Context, slug: str | None, asked: Page) -> Listed[UserView]:
    """Return the users by login, those who are gone too.

    Raises:
        RefusedError: `missing` tenant, `unknown_tenant`.
    """
    ctx.need("users:manage")

    def work(tx: Tx) -> list[UserRecord]:
        enter(tx, ctx, slug)
        return sql.users_after(tx, asked.cursor or "", asked.limit + 1)

    views = [UserView(user, Secret()) for user in reading(ctx, work)]
    return listed(asked, views, lambda view: view.user.login)


def change(ctx: Context, slug: str | None, user_id: UUID, said: UserChange) -> UserView:
    """Change a user; his sessions end unless only his name changed.

    Raises:
        RefusedError: `not_found`, `no_change`, `unknown_subject`, `missing` subject, `invalid`.
    """
    ctx.need("users:manage")

    def work(tx: Tx) -> UserView:
        tenant_id = enter(tx, ctx, slug)
        user = _found(tx, user_id, hold=True)
        anew = said.reset or said.invite
        secret = _secret(tenant_id, invite=said.invite) if anew else Secret()
        changes = _changes(tx, user, said) | (secret.columns if anew else {})
        if not changes:
            raise refused(NO_CHANGE, "")
        sql.change_user(tx, user_id, changes)
        if changes.keys() - {"name"}:
            sql.end_sessions(tx, user_id, now())
        found = _found(tx, user_id)
        _note(tx, ctx, "user.changed", found, roles=found.roles, changed=sorted(changes))
        return UserView(found, secret)

    view = transact(ctx, work)
    authentication.forget()
    return view


def _changes(tx: Tx, user: UserRecord, said: UserChange) -> dict[str, Any]:
    found: dict[str, Any] = {"name": said.name, "locked": said.locked}
    if said.roles is not None or said.subject is not None:
        roles = user.roles if said.roles is None else _roles(said.roles)
        code = user.subject if said.subject is None else said.subject
        found |= {"roles": roles, "subject_id": _subject(tx, roles, code)}
    known = user._asdict()
    wanted = {
        key: value for key, value in found.items() if key == "subject_id" or value is not None
    }
    return {key: value for key, value in wanted.items() if value != known[key]}


def remove(ctx: Context, slug: str | None, user_id: UUID) -> None:
    """End a user for good; what he did keeps his name.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("users:manage")

    def work(tx: Tx) -> None:
        enter(tx, ctx, slug)
        user = _found(tx, user_id, hold=True)
        _note(tx, ctx, "user.ended", user)
        ended = {"ended_at": now(), "password": "", "invitation": None, "invited_until": None}
        sql.change_user(tx, user_id, ended)
        sql.end_sessions(tx, user_id, now())

    transact(ctx, work)
    authentication.forget()
