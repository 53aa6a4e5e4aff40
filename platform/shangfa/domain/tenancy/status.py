"""Whether a tenant works."""

from typing import Final, Literal, get_args

Status = Literal["active", "suspended"]
STATUSES: Final[tuple[str, ...]] = get_args(Status)
