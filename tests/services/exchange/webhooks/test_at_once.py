"""Senders that are killed, that come too late, and four at the same work."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from tests.making.house import Company, at_once
from tests.making.receiver import Receiver
from tests.services.exchange.webhooks.hooks import FINED, go, hook, later, log_of

from shangfa.services.exchange import sending

SENDER = """
import sys
from uuid import UUID
from shangfa.services.exchange import sending
print("begun", flush=True)
sending.send(UUID(sys.argv[1]), UUID(sys.argv[2]))
"""


def test_what_a_killed_sender_held_is_sent_by_another(
    company: Company, receiver: Receiver, owner_url: str, tmp_path: Any
) -> None:
    made, before = hook(company, receiver.url("slow?seconds=2"), FINED[0]), len(receiver.got())
    company.record("f", "E")
    assert sending.make(company.id) == [made.webhook.id]
    sender = subprocess.Popen([sys.executable, "-c", SENDER, str(company.id), str(made.webhook.id)])
    try:
        receiver.wait_for(before + 1)
    finally:
        sender.kill()
        sender.wait()
    assert sending.make(company.id) == []  # it is claimed
    later(owner_url, company, minutes=3)
    assert go(company) == 1
    first, second = receiver.got()[before:]
    assert first["headers"]["webhook-id"] == second["headers"]["webhook-id"]
    (item,) = log_of(company, made)
    assert (item.state, item.tries, len(item.attempts)) == ("delivered", 2, 1)


def test_who_comes_too_late_settles_nothing(
    company: Company, receiver: Receiver, owner_url: str
) -> None:
    made = hook(company, receiver.url(), FINED[0])
    company.record("f", "E")
    sending.make(company.id)
    (slow,) = sending._claim(company.id, made.webhook.id, 9)
    assert sending._claim(company.id, made.webhook.id, 9) == []
    later(owner_url, company, minutes=3)
    (quick,) = sending._claim(company.id, made.webhook.id, 9)
    sending._settle_all(company.id, [sending._deliver(slow)])
    assert [item.state for item in log_of(company, made)] == ["pending"]
    sending._settle_all(company.id, [sending._deliver(quick)])
    (item,) = log_of(company, made)
    assert (item.state, len(item.attempts)) == ("delivered", 1)


def test_four_who_make_and_send_at_once_send_each_once(
    company: Company, receiver: Receiver
) -> None:
    made, before = hook(company, receiver.url(), FINED[0]), len(receiver.got())
    for _ in range(40):
        company.record("f", "E")

    def work() -> int:
        sending.make(company.id)
        return sending.send(company.id, made.webhook.id)

    assert sum(at_once([work] * 4)) + go(company) == 40
    ids = [item["headers"]["webhook-id"] for item in receiver.got()[before:]]
    assert len(ids) == len(set(ids)) == 40
