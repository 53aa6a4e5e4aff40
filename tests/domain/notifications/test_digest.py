"""The mail about what is unread."""

from __future__ import annotations

from shangfa.domain.notifications.notification import Counts, digest


def test_it_counts_in_both_languages_and_tells_of_no_case() -> None:
    subject, text = digest(Counts(task=2, reminder=1, moved=4))
    assert subject == "赏罚：7条未读通知 / Shangfa: 7 unread notifications"
    chinese, english = text.split("\n\n")
    assert chinese.startswith("您有7条未读通知：待办2条，即将到期1条，进展4条。")
    assert english.startswith("You have 7 unread notifications: 2 tasks, 1 due soon, 4 that moved.")
