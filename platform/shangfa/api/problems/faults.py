"""Every fault that can leave, with the HTTP status of its class."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import Final

from shangfa import domain
from shangfa.domain.faults import FaultKind, Refusal

STATUSES: Final[dict[Refusal, int]] = {
    Refusal.MALFORMED: 400,
    Refusal.UNAUTHENTICATED: 401,
    Refusal.FORBIDDEN: 403,
    Refusal.HIDDEN: 404,
    Refusal.METHOD: 405,
    Refusal.CONFLICT: 409,
    Refusal.STALE: 412,
    Refusal.TOO_LARGE: 413,
    Refusal.ADDRESS_TOO_LONG: 414,
    Refusal.UNSUPPORTED: 415,
    Refusal.INVALID: 422,
    Refusal.UNCONDITIONAL: 428,
    Refusal.TOO_MANY: 429,
    Refusal.HEADERS_TOO_LARGE: 431,
    Refusal.BROKEN: 500,
    Refusal.BUSY: 503,
}


@cache
def declared() -> dict[str, FaultKind]:
    """Return every fault declared in a room's `faults` module, by code, in code order."""
    names = [module.name for module in walk_packages(domain.__path__, "shangfa.domain.")]
    modules = [import_module(name) for name in names if name.endswith(".faults")]
    kinds = [item for module in modules for item in vars(module).values()]
    found = {kind.code: kind for kind in kinds if isinstance(kind, FaultKind)}
    return dict(sorted(found.items()))
