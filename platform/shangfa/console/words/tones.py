"""How the states of things are coloured; the word beside the colour says the same."""

from __future__ import annotations

from typing import Final

GOOD: Final = "good"
WAITS: Final = "waits"
BAD: Final = "bad"
OVER: Final = "over"

TONES: Final = {
    **dict.fromkeys(("effective", "published", "active", "done", "paid", "enabled"), GOOD),
    **dict.fromkeys(("delivered", "locked", "exported", "reconciled", "approved"), GOOD),
    **dict.fromkeys(("defence", "approval", "service", "appeal", "choice_open", "proposed"), WAITS),
    **dict.fromkeys(("confirmation", "signature", "filing", "reply", "verification"), WAITS),
    **dict.fromkeys(("determination", "publication", "received", "level_2", "level_3"), WAITS),
    **dict.fromkeys(("level_4", "top_level", "asked", "checked", "reading", "pending"), WAITS),
    **dict.fromkeys(("waiting", "running", "cut_off", "draft", "open"), WAITS),
    **dict.fromkeys(("refused", "failed", "failing", "gone", "disabled", "suspended"), BAD),
    **dict.fromkeys(("closed", "rejected", "withdrawn", "reversed", "cancelled", "declined"), OVER),
}
"""State -> how it is coloured; plain when it is not here."""


def tone(state: str) -> str:
    """Return how a state is coloured."""
    return TONES.get(state, "")
