"""What a decision asks to be put right: said with the decision, asked once it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from shangfa.db.cases.deadlines import FollowUpLine, add_follow_ups
from shangfa.db.cases.held import StoredCase
from shangfa.db.tx.transaction import Tx
from shangfa.domain.cases.inputs import CORRECT_BY, CORRECTION
from shangfa.domain.faults import INVALID, MISSING, refused
from shangfa.domain.text import Note
from shangfa.services.clock import new_id

NAMES: Final = (CORRECTION.name, CORRECT_BY.name)
_PAST = Note("不得早于今天", "it must not be before today")


def check_correction(said: Mapping[str, Any], today: date) -> None:
    """Refuse what is to be put right without an end to come, and an end of nothing.

    Raises:
        RefusedError: `missing`, `invalid`.
    """
    what, until = (said.get(name) for name in NAMES)
    if not what and not until:
        return
    missing = next((name for name in NAMES if not said.get(name)), None)
    if missing is not None:
        raise refused(MISSING, f"/{missing}", value=missing)
    if str(until) < today.isoformat():
        raise refused(INVALID, f"/{CORRECT_BY.name}", value=until, why=_PAST)


def ask_to_correct(
    tx: Tx, case: StoredCase, said: Sequence[Mapping[str, Any]], by: tuple[UUID, datetime]
) -> None:
    """Ask whom a case concerns for what is to be put right, as its steps said last."""
    last = next((one for one in reversed(said) if one.get(CORRECTION.name)), None)
    if last is not None:
        wish = (last[CORRECTION.name], date.fromisoformat(last[CORRECT_BY.name]))
        lines = [FollowUpLine(new_id(), case.id, *wish, None, who, *by) for who in case.subject_ids]
        add_follow_ups(tx, lines)
