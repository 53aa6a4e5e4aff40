"""Who is told that something waits, is due or has moved, and the mail about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.making.post import Post, post
from tests.making.story import Person, Story, open_story

from shangfa.config import settings
from shangfa.services.cases.moves.clocks import sweep
from shangfa.services.notifications import digests

SECRETS = ("E", "罚款", "20.00", "面谈", "客服部")


def told(by: Person, *, unread: bool = False) -> list[tuple[str, str]]:
    """Return (kind, step) of what somebody was told, oldest first."""
    items = by.get(f"/v1/notifications?limit=200&unread={str(unread).lower()}")["items"]
    return [(item["kind"], item["step"]) for item in reversed(items)]


def mailed(story: Story, path: str, email: str | None) -> None:
    response = story.hr("PUT", f"/v1/mailboxes/{path}", {"email": email})
    assert response.status_code == 200, response.text


def test_each_step_tells_those_for_whom_something_waits() -> None:
    story = open_story()
    case = story.leader.record("f", "E", at="2026-08-31")["case"]["id"]
    assert told(story.employee) == [("task", "defend")]
    assert told(story.leader) == told(story.hr) == told(story.boss) == told(story.other) == []
    story.employee.take(case, "defend", note="已改正")
    assert told(story.hr) == [("task", "approve")]
    assert told(story.leader) == []
    story.hr.take(case, "approve", note="属实")
    story.hr.take(case, "serve", method="direct")
    assert told(story.hr) == [("task", "approve"), ("task", "serve")]
    assert told(story.leader) == [("task", "serve")]
    assert told(story.employee) == [("task", "defend"), ("moved", "approve"), ("moved", "serve")]
    story.employee.take(case, "appeal", grounds="过重")
    assert told(story.hr)[-1] == ("task", "uphold")
    assert told(story.leader)[-1] == ("task", "serve")
    shown = story.employee("GET", "/v1/notifications").text
    assert not [word for word in SECRETS if f'"{word}' in shown]


def test_what_was_read_is_marked_by_whose_it_is() -> None:
    story = open_story()
    story.leader.record("f", "E", at="2026-08-31")
    (item,) = story.employee.get("/v1/notifications")["items"]
    assert item["read_at"] is None
    assert item["due_at"].startswith("2026-09-")
    path, body = "/v1/notifications/read", {"ids": [item["id"]]}
    assert story.other("POST", path, body).get_json() == {"marked": 0}
    assert story.auditor("POST", path, body).status_code == 403
    assert story.employee("POST", path, body).get_json() == {"marked": 1}
    assert story.employee("POST", path, body).get_json() == {"marked": 0}
    assert told(story.employee, unread=True) == []
    assert told(story.employee) == [("task", "defend")]


def test_a_draft_is_told_to_its_author_alone() -> None:
    story = open_story()
    case = story.leader.record("f", "E", at="2026-08-31", draft=True)["case"]["id"]
    assert (told(story.employee), told(story.leader)) == ([], [("task", "submit")])
    story.leader.take(case, "submit")
    assert told(story.employee) == [("task", "defend")]


def test_one_day_before_its_end_a_clock_is_reminded_of_once() -> None:
    story = open_story()
    case = story.leader.record("f", "E", at="2026-08-31")["case"]
    due = case["clocks"][0]["due_at"]
    assert due == "2026-09-04T23:59:59+08:00"
    story.until("2026-09-03T23:59:58+08:00")
    assert told(story.employee) == [("task", "defend")]
    story.until("2026-09-03T23:59:59+08:00")
    assert told(story.employee)[1:] == [("reminder", "defend")]
    assert told(story.hr) == told(story.other) == []
    story.until("2026-09-04T12:00:00+08:00")
    sweep()
    assert told(story.employee)[1:] == [("reminder", "defend")]
    story.until("2026-09-30T00:00:00+08:00")
    assert ("reminder", "approve") not in told(story.hr)


def test_a_right_that_ends_is_reminded_of_and_minutes_shortly_before() -> None:
    story = open_story()
    case = story.effective("f", "E")
    (clock,) = story.hr.get(f"/v1/cases/{case}")["clocks"]
    story.until(f"{clock['due_at'][:10]}T08:00:00+08:00")
    assert told(story.employee)[-1] == ("reminder", "appeal")
    desk = story.hr.record("f", "E", at="2026-08-31", procedure="complaint_desk")["case"]
    soon = desk["clocks"][0]["due_at"]
    minutes = int(soon[14:16])
    assert minutes == 30
    story.until(f"{soon[:14]}{minutes - 9:02}{soon[16:]}")
    assert told(story.hr)[-1] == ("reminder", "answer")


# mail


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    with post() as running:
        monkeypatch.setenv("SHANGFA_SMTP_URL", running.url)
        monkeypatch.setenv("SHANGFA_MAIL_FROM", "shangfa@example.com")
        settings.cache_clear()
        yield running
    monkeypatch.undo()
    settings.cache_clear()


def lively() -> Story:
    """A company in which much waits, with a mailbox for E and one for HR."""
    story = open_story()
    mailed(story, "subjects/E", "e@example.com")
    mailed(story, "roles/hr", "hr@example.com")
    for clause in ("f", "w", "m"):
        case = story.leader.record(clause, "E", at="2026-08-31")["case"]["id"]
        story.hr.take(case, "defend", evidence=["面谈记录"])
    return story


def test_one_mail_tells_of_all_that_is_unread_and_of_no_case(mail: Post) -> None:
    story = lively()
    assert digests.send_digests() == 2
    assert mail.to() == ["e@example.com", "hr@example.com"]
    mine = mail.mails[0]
    assert mine["Subject"] == "赏罚：6条未读通知 / Shangfa: 6 unread notifications"
    text = mine.get_content()
    assert "待办3条，即将到期0条，进展3条" in text
    assert not [word for word in ("罚款", "E1", "面谈", "客服部", "defend", "警告") if word in text]
    assert mine["From"] == "shangfa@example.com"
    assert mine["Message-ID"].endswith("@example.com>")
    assert digests.send_digests() == 0
    listed = story.hr.get("/v1/mailboxes")["items"]
    assert listed == [
        {"role": "hr", "subject": None, "email": "hr@example.com"},
        {"role": None, "subject": "E", "email": "e@example.com"},
    ]


def test_who_has_read_all_or_wants_none_gets_no_mail(mail: Post) -> None:
    story = lively()
    ids = [item["id"] for item in story.employee.get("/v1/notifications")["items"]]
    story.employee("POST", "/v1/notifications/read", {"ids": ids})
    mailed(story, "roles/hr", None)
    assert digests.send_digests() == 0
    assert mail.mails == []
    assert story.hr.get("/v1/mailboxes")["items"] == [
        {"role": None, "subject": "E", "email": "e@example.com"}
    ]


def test_nothing_is_sent_twice_whatever_breaks_off(mail: Post) -> None:
    story = lively()
    # killed before it was sent
    begun = digests.begin(story.company.id)
    assert len(begun) == 2
    assert digests.send_digests() == 0
    # the link breaks after the server took it
    story.leader.record("f", "E", at="2026-08-31")
    mail.breaks = True
    assert digests.send_digests() == 1
    mail.breaks = False
    assert digests.send_digests() == 0
    assert mail.to() == ["e@example.com"]
    assert "7条未读通知" in str(mail.mails[0]["Subject"])


@pytest.mark.parametrize(
    ("answer", "later"),
    [
        pytest.param("451 try later", 2, id="not now"),
        pytest.param("550 no such box", 0, id="never"),
    ],
)
def test_only_what_was_not_taken_for_now_is_sent_again(mail: Post, answer: str, later: int) -> None:
    lively()
    mail.answer = answer
    assert digests.send_digests() == 0
    mail.answer = "250 OK"
    assert digests.send_digests() == later
    assert len(mail.mails) == later


def test_without_a_server_that_answers_the_mail_waits(
    mail: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    lively()
    monkeypatch.setenv("SHANGFA_SMTP_URL", "smtp://127.0.0.1:1")
    settings.cache_clear()
    assert digests.send_digests() == 0
    monkeypatch.setenv("SHANGFA_SMTP_URL", mail.url)
    settings.cache_clear()
    assert digests.send_digests() == 2


def test_a_password_is_never_sent_in_the_clear(mail: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    lively()
    monkeypatch.setenv("SHANGFA_SMTP_URL", mail.url.replace("//", "//user:secret@"))
    settings.cache_clear()
    assert digests.send_digests() == 0
    assert mail.mails == []


@pytest.mark.parametrize(
    ("path", "email", "expected"),
    [
        ("subjects/E", "e@x.com\r\nBcc: z@x.com", (422, "invalid")),
        ("subjects/E", "张三@example.com", (422, "invalid")),
        ("subjects/E", "A <a@example.com>", (422, "invalid")),
        ("subjects/E", 7, (422, "invalid")),
        ("subjects/Q", "e@example.com", (404, "not_found")),
        ("roles/supervisor", "e@example.com", (404, "not_found")),
        ("roles/operator", "e@example.com", (404, "not_found")),
    ],
)
def test_a_mailbox_is_an_address_of_somebody(
    story: Story, path: str, email: Any, expected: tuple[int, str]
) -> None:
    response = story.hr("PUT", f"/v1/mailboxes/{path}", {"email": email})
    assert (response.status_code, response.get_json()["code"]) == expected
    for who in ("leader", "employee", "finance", "auditor"):
        assert story.people[who]("PUT", f"/v1/mailboxes/{path}", {"email": None}).status_code == 403
        assert story.people[who]("GET", "/v1/mailboxes").status_code == 403
