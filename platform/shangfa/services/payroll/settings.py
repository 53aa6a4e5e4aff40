"""How a company hands a month on: read by its offices, set by those who reconcile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shangfa.db.payroll.settings import SettingLine, add_setting, newest_setting
from shangfa.db.tx.transaction import Tx
from shangfa.domain.payroll.setting import SHEETS, Column, PayrollSetting, Template, resolved
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.etags import check_match
from shangfa.services.tenancy.ready import current
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
        return _shown(newest_setting(tx))

    return reading(ctx, work)


def put(ctx: Context, said: PayrollSetting, if_match: str | None) -> SettingView:
    """Put a setting in force.

    Raises:
        RefusedError: `precondition_required`, `stale_version`, `unknown_column`, `same_header`.
    """
    ctx.need("periods:reconcile")
    setting = resolved(said)

    def work(tx: Tx) -> SettingView:
        current(tx)
        check_match(if_match, _shown(newest_setting(tx)).revision)
        return set_in(tx, ctx.actor_id, setting)

    return transact(ctx, work)


def set_in(tx: Tx, actor_id: UUID, setting: PayrollSetting) -> SettingView:
    """Put a setting in force in an open transaction; one that is in force already stays."""
    there = _shown(newest_setting(tx))
    if there.revision and there.setting == setting:
        return there
    line = SettingLine(new_id(), there.revision + 1, _document(setting), actor_id, now())
    add_setting(tx, line)
    return SettingView(line.revision, setting, line.at)


def setting_in_force(tx: Tx) -> PayrollSetting:
    """Return the setting in force in an open transaction."""
    return _shown(newest_setting(tx)).setting


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
    return PayrollSetting(document["rewards"], templates)


def _document(setting: PayrollSetting) -> dict[str, Any]:
    return {
        "rewards": setting.rewards,
        "templates": {
            name: {sheet: [item._asdict() for item in getattr(template, sheet)] for sheet in SHEETS}
            for name, template in setting.templates.items()
        },
    }


def _shown(line: SettingLine | None) -> SettingView:
    if line is None:
        return SettingView(0, PayrollSetting(), None)
    return SettingView(line.revision, said_setting(line.document), line.at)
