"""Whether a version of a policy can still change."""

from typing import Final, Literal, get_args

VersionState = Literal["draft", "published"]
VERSION_STATES: Final[tuple[str, ...]] = get_args(VersionState)
