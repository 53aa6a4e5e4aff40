"""What an operation of the document is asked with, and what it must answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.making.house import FINES
from tests.making.office import Office

_numbers = count(1)


@dataclass(frozen=True)
class Asked:
    """A request."""

    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """A route.

    Attributes:
        ask: makes what it needs and returns a request that succeeds.
        status: of the answer.
        public: answered without a key.
    """

    method: str
    route: str
    roles: tuple[str, ...]
    ask: Callable[[Office], Asked]
    status: int = 200
    public: bool = False


def fresh(prefix: str) -> str:
    """Return a name that nothing has yet."""
    return f"{prefix}-{next(_numbers)}"


def document(office: Office) -> str:
    """Return a policy document under a new name."""
    name = fresh(office.slug)
    return FINES.replace("policy: fines", f"policy: {name}").replace("code: f", f"code: {name}")


_MONTHS = [f"{year}-{month:02}" for year in range(2001, 2020) for month in range(1, 13)]


_months = iter(_MONTHS)


BOTH = ("hr", "finance")


def month(*steps: str) -> Callable[[Office], Asked]:
    """Ask for the last of these steps of a new month; both agree where both must."""

    def ask(office: Office) -> Asked:
        path = f"/v1/periods/{next(_months)}"
        for step in steps[:-1]:
            for role in BOTH if step == "lock" else BOTH[:1]:
                done = office.by(role)("POST", f"{path}/{step}")
                assert done.status_code == 200, done.text
        return Asked(f"{path}/{steps[-1]}", {"reason": "漏记"} if steps[-1] == "reopen" else None)

    return ask


SPAN = {"from": "2026-03-01T00:00:00+08:00", "to": "2026-04-01T00:00:00+08:00"}


PERIOD = {"from": "2026-01-01", "to": "2026-12-31"}


LINE = {"since": "2026-01-01", "supervisor": "M"}


EVALUATION = {"period": "2026-03", "inputs": {"scores": {"E": 90, "F": 80}}}
