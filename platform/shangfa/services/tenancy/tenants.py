"""The operator's work: tenants, their plugins and their keys. No tenant's content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from shangfa.db.models import (
    ApiKeyRow,
    OperatorKeyRow,
    PolicyRow,
    PolicyVersionRow,
    SubjectRow,
    TenantPluginRow,
    TenantRow,
)
from shangfa.db.session import enter, operator_session
from shangfa.documents.tenant.calendars import calendar
from shangfa.domain.faults import (
    DUPLICATE,
    INVALID,
    MISSING,
    NOT_FOUND,
    PRECONDITION_REQUIRED,
    STALE_VERSION,
    refused,
)
from shangfa.domain.people.faults import UNKNOWN_SUBJECT
from shangfa.domain.tenancy.faults import PLUGIN_IN_USE, UNKNOWN_TENANT
from shangfa.plugins.installed import installed
from shangfa.services.access.authentication import digest_of, new_token
from shangfa.services.clock import new_id, now
from shangfa.services.context import OPERATOR, TENANT_ROLES, Context
from shangfa.services.pages import Page, page_of
from shangfa.services.replies import Answer, answer, once, to_json


def create(ctx: Context, body: Mapping[str, Any]) -> Answer:
    """Create a tenant with its plugins.

    Raises:
        RefusedError: `duplicate` slug, `unknown_plugin`, `invalid` time zone or calendar.
    """
    ctx.need(OPERATOR)

    def work(session: Session) -> Answer:
        row = add(session, body)
        return answer(201, tenant_view(session, row), etag(row))

    return once(ctx, work)


def add(session: Session, body: Mapping[str, Any]) -> TenantRow:
    """Add a tenant in an open transaction."""
    if session.scalar(select(TenantRow.id).where(TenantRow.slug == body["slug"])):
        raise refused(DUPLICATE, "/slug", value=body["slug"])
    zone = body.get("timezone", "Asia/Shanghai")
    _check_zone(zone)
    calendar(body.get("calendar", "CN"), body.get("calendars"))
    row = TenantRow(
        id=new_id(),
        slug=body["slug"],
        name=body["name"],
        timezone=zone,
        locale=body.get("locale", "zh-CN"),
        calendar=body.get("calendar", "CN"),
        calendar_days=body.get("calendars") or {},
        regions=list(body.get("regions") or []),
        status="active",
        revision=1,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    enable(session, row, body.get("plugins") or [])
    return row


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        why = "IANA time zone, e.g. Asia/Shanghai"
        raise refused(INVALID, "/timezone", value=zone, why=why) from None


def enable(session: Session, row: TenantRow, names: Iterable[str]) -> None:
    """Make `names` the tenant's plugins.

    Raises:
        RefusedError: `unknown_plugin`; `plugin_in_use` when one left out is used.
    """
    wanted = {installed().plugin(name).name for name in names}
    enter(session, row.id)
    present = set(session.scalars(select(TenantPluginRow.name)))
    for name in sorted(present - wanted):
        _check_unused(session, name)
    session.execute(delete(TenantPluginRow).where(TenantPluginRow.name.not_in(wanted)))
    for name in sorted(wanted - present):
        session.add(TenantPluginRow(tenant_id=row.id, id=new_id(), name=name, enabled_at=now()))
    session.flush()


def _check_unused(session: Session, plugin: str) -> None:
    using = session.scalars(
        select(PolicyRow.name)
        .join(
            PolicyVersionRow,
            (PolicyVersionRow.tenant_id == PolicyRow.tenant_id)
            & (PolicyVersionRow.policy_id == PolicyRow.id),
        )
        .where(PolicyVersionRow.state == "published", PolicyVersionRow.plugins.has_key(plugin))
        .distinct()
    ).all()
    if using:
        raise refused(PLUGIN_IN_USE, "/plugins", value=plugin, allowed="、".join(using))


def hold(session: Session, tenant_id: UUID) -> None:
    """Wait for incidents being recorded, and keep new ones out until the transaction ends.

    What an incident is decided by (policies, reporting lines, attributes) changes only so.
    """
    session.execute(select(TenantRow.id).where(TenantRow.id == tenant_id).with_for_update())


def bump(session: Session, tenant_id: UUID) -> int:
    """Tell every process that the tenant changed; return the new revision."""
    return int(
        session.execute(
            update(TenantRow)
            .where(TenantRow.id == tenant_id)
            .values(revision=TenantRow.revision + 1)
            .returning(TenantRow.revision)
        ).scalar_one()
    )


def tenant_view(session: Session, row: TenantRow) -> dict[str, Any]:
    """Return a tenant as the operator sees it."""
    enter(session, row.id)
    plugins = session.scalars(select(TenantPluginRow.name).order_by(TenantPluginRow.name)).all()
    return {
        "slug": row.slug,
        "name": row.name,
        "timezone": row.timezone,
        "locale": row.locale,
        "calendar": row.calendar,
        "status": row.status,
        "plugins": plugins,
        "revision": row.revision,
        "created_at": row.created_at,
    }


def etag(row: TenantRow) -> str:
    """Return a tenant's ETag."""
    return f'"{row.revision}"'


def _find(session: Session, slug: str, *, lock: bool = False) -> TenantRow:
    query = select(TenantRow).where(TenantRow.slug == slug)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise refused(UNKNOWN_TENANT, "", value=slug)
    return row


def read(ctx: Context, slug: str) -> Answer:
    """Return one tenant."""
    ctx.need(OPERATOR)
    with operator_session() as session:
        row = _find(session, slug)
        return answer(200, tenant_view(session, row), etag(row))


def page(ctx: Context, asked: Page) -> Answer:
    """Return tenants by slug."""
    ctx.need(OPERATOR)
    with operator_session() as session:
        query = select(TenantRow).order_by(TenantRow.slug).limit(asked.limit + 1)
        if asked.cursor:
            query = query.where(TenantRow.slug > asked.cursor)
        rows = session.scalars(query).all()
        return answer(
            200, page_of(asked, rows, lambda row: row.slug, lambda row: tenant_view(session, row))
        )


def set_status(ctx: Context, slug: str, status: str) -> Answer:
    """Suspend or resume a tenant; its keys stop or start working within a second."""
    ctx.need(OPERATOR)

    def work(session: Session) -> Answer:
        row = _find(session, slug, lock=True)
        row.status, row.revision = status, row.revision + 1
        session.flush()
        return answer(200, tenant_view(session, row), etag(row))

    return once(ctx, work)


def set_plugins(ctx: Context, slug: str, names: list[str], if_match: str | None) -> Answer:
    """Make `names` the tenant's plugins; in force in all workers with the next request.

    Raises:
        RefusedError: `precondition_required`, `stale_version`, `unknown_plugin`,
            `plugin_in_use`.
    """
    ctx.need(OPERATOR)

    def work(session: Session) -> Answer:
        row = _find(session, slug, lock=True)
        check_match(if_match, etag(row))
        enable(session, row, names)
        row.revision += 1
        session.flush()
        return answer(200, tenant_view(session, row), etag(row))

    return once(ctx, work)


def check_match(if_match: str | None, current: str) -> None:
    """Let an update pass that saw the present state.

    Raises:
        RefusedError: `precondition_required`, `stale_version`.
    """
    if if_match is None:
        raise refused(PRECONDITION_REQUIRED, "")
    if if_match.strip() not in {current, "*"}:
        raise refused(STALE_VERSION, "")


def create_key(ctx: Context, slug: str, body: Mapping[str, Any]) -> Answer:
    """Make a key for a tenant; its text is in this answer and nowhere else.

    Raises:
        RefusedError: `unknown_tenant`, `unknown_subject`, `invalid` role.
    """
    ctx.need(OPERATOR)

    def work(session: Session) -> Answer:
        row = _find(session, slug)
        key_id, token = add_key(session, row, body["role"], body.get("subject"), body["label"])
        view = {"id": key_id, "role": body["role"], "subject": body.get("subject")}
        return Answer(201, to_json(view | {"key": token}), kept=to_json(view | {"key": None}))

    return once(ctx, work)


def add_key(
    session: Session, row: TenantRow, role: str, subject: str | None, label: str
) -> tuple[UUID, str]:
    """Add a key in an open transaction; return its id and its text."""
    if role not in TENANT_ROLES:
        why = "/".join(TENANT_ROLES)
        raise refused(INVALID, "/role", value=role, why=why)
    if subject is None and role in {"employee", "supervisor"}:
        raise refused(MISSING, "/subject", value="subject")
    enter(session, row.id)
    subject_id = None
    if subject is not None:
        subject_id = session.scalar(select(SubjectRow.id).where(SubjectRow.code == subject))
        if subject_id is None:
            raise refused(UNKNOWN_SUBJECT, "/subject", value=subject)
    token = new_token(row.id)
    key = ApiKeyRow(
        tenant_id=row.id,
        id=new_id(),
        digest=digest_of(token),
        role=role,
        subject_id=subject_id,
        label=label,
        created_at=now(),
        revoked_at=None,
    )
    session.add(key)
    session.flush()
    return key.id, token


def keys(ctx: Context, slug: str) -> Answer:
    """Return a tenant's keys, without their texts."""
    ctx.need(OPERATOR)
    with operator_session() as session:
        row = _find(session, slug)
        enter(session, row.id)
        found = session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.id)).all()
        return answer(200, {"items": [_key_view(key) for key in found], "next_cursor": None})


def _key_view(key: ApiKeyRow) -> dict[str, Any]:
    return {
        "id": key.id,
        "role": key.role,
        "label": key.label,
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
    }


def revoke_key(ctx: Context, slug: str, key_id: UUID) -> Answer:
    """Revoke a key; it stops working within a second.

    Raises:
        RefusedError: `unknown_tenant`, `not_found`.
    """
    ctx.need(OPERATOR)

    def work(session: Session) -> Answer:
        row = _find(session, slug)
        enter(session, row.id)
        changed = session.execute(
            update(ApiKeyRow)
            .where(ApiKeyRow.id == key_id, ApiKeyRow.revoked_at.is_(None))
            .values(revoked_at=now())
            .returning(ApiKeyRow.id)
        ).scalar_one_or_none()
        if changed is None:
            raise refused(NOT_FOUND, "")
        return Answer(204, b"")

    return once(ctx, work)


def add_operator_key(label: str) -> str:
    """Make a key of the operator and return its text; called from the command line."""
    token = new_token(None)
    with operator_session() as session:
        session.add(
            OperatorKeyRow(
                id=new_id(),
                digest=digest_of(token),
                label=label,
                created_at=now(),
                revoked_at=None,
            )
        )
    return token
