"""How a company hands a month on: read by its offices, set by those who reconcile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shangfa.db import tenancy
from shangfa.db.settings.versioned import PAYROLL, SettingLine
from shangfa.db.tx.transaction import Tx
from shangfa.domain.faults import refused
from shangfa.domain.payroll.setting import SHEETS, Column, PayrollSetting, Template, resolved
from shangfa.domain.policies.faults import UNKNOWN_POLICY
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.etags import check_match
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading, transact


@dataclass(frozen=True, slots=True)
class SettingView:
    """The setting in force; revision 0 when none was ever made."""

    revision: int
    setting: PayrollSetting
    at: datetime | None


def read(ctx: Context) -> SettingView:
    """Return the setting in force."""
    ctx.need("periods:read")

    def work(tx: Tx) -> SettingView:
        current(tx)
        return _shown(PAYROLL.newest(tx))

    return reading(ctx, work)


def put(ctx: Context, said: PayrollSetting, if_match: str | None) -> SettingView:
    """Put a setting in force.

    Raises:
        RefusedError: `precondition_required`, `stale_version`, `unknown_column`, `same_header`,
            `unknown_policy`.
    """
    ctx.need("periods:reconcile")
    setting = resolved(said)

    def work(tx: Tx) -> SettingView:
        _check_policies(current(tx), setting)
        check_match(if_match, _shown(PAYROLL.newest(tx)).revision)
        return set_in(tx, ctx.actor_id, setting)

    return transact(ctx, work)


def _check_policies(tenant: ReadyTenant, setting: PayrollSetting) -> None:
    """Let policies pass that there are.

    Raises:
        RefusedError: `unknown_policy` with the nearest.
    """
    for name in setting.policies:
        if name not in tenant.policies:
            allowed = "、".join(tenant.policies) or "—"
            raise refused(UNKNOWN_POLICY, f"/policies/{name}", value=name, allowed=allowed)


def set_in(tx: Tx, actor_id: UUID, setting: PayrollSetting) -> SettingView:
    """Put a setting in force in an open transaction; one that is in force already stays."""
    there = _shown(PAYROLL.newest(tx))
    if there.revision and there.setting == setting:
        return there
    line = SettingLine(new_id(), there.revision + 1, _document(setting), actor_id, now())
    PAYROLL.put(tx, line)
    if setting.cut_off_day != there.setting.cut_off_day:
        tenancy.bump_revision(tx)
    return SettingView(line.revision, setting, line.at)


def setting_in_force(tx: Tx) -> PayrollSetting:
    """Return the setting in force in an open transaction."""
    return _shown(PAYROLL.newest(tx)).setting


def said_setting(document: Mapping[str, Any]) -> PayrollSetting:
    """Return the setting that a document describes, its columns not yet looked up."""
    templates = {
        name: Template(
            *(
                tuple(Column(item["column"], item["header"]) for item in sheets[sheet])
                for sheet in SHEETS
            )
        )
        for name, sheets in document["templates"].items()
    }
    return PayrollSetting(
        document["rewards"],
        templates,
        document.get("policies", {}),
        document.get("cut_off_day"),
    )


def _document(setting: PayrollSetting) -> dict[str, Any]:
    return {
        "rewards": setting.rewards,
        "policies": dict(setting.policies),
        "cut_off_day": setting.cut_off_day,
        "templates": {
            name: {sheet: [item._asdict() for item in getattr(template, sheet)] for sheet in SHEETS}
            for name, template in setting.templates.items()
        },
    }


def _shown(line: SettingLine | None) -> SettingView:
    if line is None:
        return SettingView(0, PayrollSetting(), None)
    return SettingView(line.revision, said_setting(line.document), line.at)
