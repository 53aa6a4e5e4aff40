"""How a company is held to the law: read by its offices, tightened by HR, loosened by the operator.

What is locked nobody loosens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shangfa.db import tenancy as sql
from shangfa.db.tx.transaction import Tx
from shangfa.domain.faults import Fault, RefusedError
from shangfa.domain.tenancy.compliance import COMPLIANCE_MODES, OFF, Compliance
from shangfa.domain.tenancy.faults import LOOSER
from shangfa.plugins.guards import check_modes, rules
from shangfa.sdk.guards import MODES, GuardRule
from shangfa.services.context import Context
from shangfa.services.etags import check_match
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.tenancy.tenants import enter_tenant
from shangfa.services.transaction import reading, transact

_ORDER: Final[tuple[str, ...]] = MODES


@dataclass(frozen=True, slots=True)
class Held:
    """A company's setting, with all rules that there are."""

    setting: Compliance
    revision: int
    rules: list[GuardRule]


def read(ctx: Context) -> Held:
    """Return how the company is held to the law."""
    ctx.need("compliance:read")
    return reading(ctx, lambda tx: _held(current(tx)))


def _held(tenant: ReadyTenant) -> Held:
    return Held(tenant.compliance, tenant.revision, rules())


def tighten(ctx: Context, setting: Compliance, if_match: str | None) -> Held:
    """Hold the company to a setting that is nowhere looser than the present one.

    Raises:
        RefusedError: `precondition_required`, `stale_version`; `invalid` for a rule there is not;
            `looser` for each part that is.
    """
    ctx.need("compliance:write")
    check_modes(setting.rules, "/rules")

    def work(tx: Tx) -> Held:
        sql.hold_tenant(tx)
        tenant = current(tx)
        check_match(if_match, tenant.revision)
        faults = list(_looser(tenant.compliance, setting))
        if faults:
            raise RefusedError(*faults)
        sql.set_compliance(tx, setting.mode, setting.rules)
        return Held(setting, tenant.revision + 1, rules())

    return transact(ctx, work)


def hold(ctx: Context, slug: str, setting: Compliance) -> Compliance:
    """Hold a company to any setting that loosens nothing locked, as the operator.

    Raises:
        RefusedError: `unknown_tenant`, `invalid`.
    """
    ctx.need("tenants:manage")
    check_modes(setting.rules, "/rules")

    def work(tx: Tx) -> Compliance:
        enter_tenant(tx, slug)
        sql.hold_tenant(tx)
        sql.set_compliance(tx, setting.mode, setting.rules)
        return setting

    return transact(ctx, work)


def _looser(old: Compliance, new: Compliance) -> Iterator[Fault]:
    if COMPLIANCE_MODES.index(new.mode) < COMPLIANCE_MODES.index(old.mode):
        yield Fault(LOOSER, "/mode", {"value": new.mode, "allowed": old.mode})
    defaults: dict[str, str] = {}
    for rule in rules():  # of several places the strictest
        defaults[rule.code] = max(defaults.get(rule.code, OFF), rule.mode, key=_ORDER.index)
    for code in sorted(defaults.keys() & {*old.rules, *new.rules}):
        before, after = (_mode(item, code, defaults[code]) for item in (old, new))
        if _ORDER.index(after) < _ORDER.index(before):
            yield Fault(LOOSER, f"/rules/{code}", {"value": f"{code}: {after}", "allowed": before})


def _mode(setting: Compliance, code: str, default: str) -> str:
    return OFF if setting.mode == OFF else str(setting.rules.get(code, default))
