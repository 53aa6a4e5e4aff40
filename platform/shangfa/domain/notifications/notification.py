"""A notification: that something waits or has moved, never whom or what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Literal, NamedTuple, get_args

from shangfa.domain.text import Note

NotificationKind = Literal["task", "moved", "reminder"]
NOTIFICATION_KINDS: Final[tuple[str, ...]] = get_args(NotificationKind)
DAY_BEFORE: Final = timedelta(days=1)
"""How long before its end a clock of days is reminded of."""
SHORTLY_BEFORE: Final = timedelta(minutes=10)
"""How long before its end a clock of hours or minutes is reminded of."""
SAID: Final[Mapping[str, Note]] = {
    "task": Note("有一件事等您办理。", "Something waits for you."),
    "moved": Note("与您有关的一件事有了进展。", "Something that concerns you has moved."),
    "reminder": Note("有一件事即将到期。", "Something is due soon."),
}
SUBJECT: Final = Note("赏罚：{0}条未读通知", "Shangfa: {0} unread notifications")
BODY: Final = Note(
    "您有{0}条未读通知：待办{1}条，即将到期{2}条，进展{3}条。请登录系统查看；邮件不含任何案件内容。",
    "You have {0} unread notifications: {1} tasks, {2} due soon, {3} that moved. Sign in to read"
    " them; mail holds nothing of any case.",
)


class Recipient(NamedTuple):
    """Who is told: an office by its role, or a person by his code; one of the two."""

    role: str | None = None
    code: str | None = None


class Counts(NamedTuple):
    """How many unread notifications of each kind somebody has."""

    task: int
    reminder: int
    moved: int


def digest(counts: Counts) -> tuple[str, str]:
    """Return (subject, text) of a mail about unread notifications, in both languages."""
    whole = sum(counts)
    head, body = SUBJECT.of(whole), BODY.of(whole, *counts)
    languages = ("zh", "en")
    return " / ".join(head.text(x) for x in languages), "\n\n".join(body.text(x) for x in languages)
