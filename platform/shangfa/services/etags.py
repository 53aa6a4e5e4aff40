"""ETags: nobody overwrites a state that he has not seen."""

from __future__ import annotations

from shangfa.domain.faults import PRECONDITION_REQUIRED, STALE_VERSION, refused


def etag_of(revision: int) -> str:
    """Return the ETag of a state by its revision."""
    return f'"{revision}"'


def check_match(if_match: str | None, revision: int) -> None:
    """Let an update pass that saw the present state, or says that any will do.

    Raises:
        RefusedError: `precondition_required`, `stale_version`.
    """
    if if_match is None:
        raise refused(PRECONDITION_REQUIRED, "")
    if if_match.strip() not in {etag_of(revision), "*"}:
        raise refused(STALE_VERSION, "")
