"""Webhooks on a real database, to a receiver in a process of its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from standardwebhooks import WebhookVerificationError
from tests.making.house import Company, code_of, owning
from tests.making.receiver import Receiver
from tests.services.exchange.webhooks.hooks import FINED, go, hook, later, log_of, new, verified

from shangfa.api.exchange import shapes
from shangfa.db.tx.transaction import Tx
from shangfa.domain.exchange.events import EVENT_TYPES, subject_changed
from shangfa.domain.exchange.webhooks import PAUSES
from shangfa.services.clock import new_id, now
from shangfa.services.events import tell
from shangfa.services.exchange import changes, webhooks
from shangfa.services.transaction import transact


def test_what_happens_is_sent_once_signed_and_as_the_feed_has_it(
    company: Company, receiver: Receiver
) -> None:
    company.record("w", "E")  # before anybody listens
    before, made = len(receiver.got()), hook(company, receiver.url())
    company.record("f", "E")
    company.record("f", "E", "F")
    assert go(company) == 5
    assert go(company) == 0
    came = sorted(
        (verified(item, made.secret) for item in receiver.got()[before:]), key=lambda x: x["seq"]
    )
    feed = changes.changes(company.ctx(), None, 500).items
    told = json.loads(json.dumps([shapes._change(item) for item in feed[-5:]], default=str))
    for one, other in zip(came, told, strict=True):
        assert {key: one[key] for key in ("seq", "type", "id", "subject", "data")} == {
            key: other[key] for key in ("seq", "type", "id", "subject", "data")
        }
        assert one["timestamp"] == one["at"]
    assert {item.state for item in log_of(company, made)} == {"delivered"}


def test_the_order_of_what_concerns_one_subject_has_no_gap(
    company: Company, receiver: Receiver
) -> None:
    hook(company, receiver.url(), *EVENT_TYPES)
    before = len(receiver.got())
    for who in ("E", "F", "E"):
        company.reverse(company.record("f", who)["id"])
    go(company)
    came = sorted(new(receiver, before), key=lambda item: item["seq"])
    assert [item["seq"] for item in came] == list(range(came[0]["seq"], came[0]["seq"] + len(came)))
    for who, times in (("E", 2), ("F", 1)):
        own = [item["subject_seq"] for item in came if item["subject"] == who]
        # 1 told of the hiring, before the webhook
        assert own == list(range(2, 2 + 3 * times))
    cases = [item["subject_seq"] for item in came if item["type"] == "case.moved"]
    assert cases == [1, 1, 1]


def test_what_was_rolled_back_is_not_sent(company: Company, receiver: Receiver) -> None:
    hook(company, receiver.url())
    before = len(receiver.got())

    def work(tx: Tx) -> None:
        del tx
        raise KeyError

    assert code_of(partial(company.record, "f", "nobody")) == "unknown_subject"
    with pytest.raises(KeyError):
        transact(company.ctx(), work)
    assert go(company) == 0
    assert new(receiver, before) == []


def test_only_types_that_were_asked_for(company: Company, receiver: Receiver) -> None:
    hook(company, receiver.url(), "decision.reversed")
    before = len(receiver.got())
    company.reverse(company.record("f", "E")["id"])
    go(company)
    assert [item["type"] for item in new(receiver, before)] == ["decision.reversed"]


def test_each_has_a_secret_of_its_own_and_two_while_one_is_rotated(
    company: Company, receiver: Receiver, owner_url: str
) -> None:
    first, second = (hook(company, receiver.url(name), FINED[0]) for name in ("ok?1", "ok?2"))
    assert first.secret != second.secret
    assert first.secret.startswith("whsec_")
    rotated = webhooks.rotate(company.ctx(), first.webhook.id)
    before = len(receiver.got())
    company.record("f", "E")
    go(company)
    by_path = {item["path"]: item for item in receiver.got()[before:]}
    for secret in (first.secret, rotated.secret):
        verified(by_path["/ok?1"], secret)
    verified(by_path["/ok?2"], second.secret)
    with pytest.raises(WebhookVerificationError):
        verified(by_path["/ok?1"], second.secret)
    with owning(owner_url) as connection:
        connection.execute("UPDATE webhook SET old_secret_until = now() - interval '1 second'")
    company.record("f", "E")
    go(company)
    last = next(item for item in receiver.got()[::-1] if item["path"] == "/ok?1")
    verified(last, rotated.secret)
    with pytest.raises(WebhookVerificationError):
        verified(last, first.secret)


@pytest.mark.parametrize(
    ("path", "trouble", "least"),
    [
        pytest.param("down", "status", PAUSES[0] * 0.9, id="down"),
        pytest.param("moved?location=/ok", "redirect", PAUSES[0] * 0.9, id="elsewhere"),
        pytest.param("busy?retry-after=3600", "status", timedelta(hours=1), id="busy for an hour"),
        pytest.param("garbage", "no_http", PAUSES[0] * 0.9, id="no HTTP"),
    ],
)
def test_what_failed_is_tried_again_after_its_pause_under_the_same_id(
    company: Company,
    receiver: Receiver,
    owner_url: str,
    path: str,
    trouble: str,
    least: timedelta,
) -> None:
    made, before = hook(company, receiver.url(path), FINED[0]), len(receiver.got())
    company.record("f", "E")
    began = datetime.now(UTC)
    assert (go(company), go(company)) == (1, 0)
    (waiting,) = log_of(company, made, "pending")
    assert [item["trouble"] for item in waiting.attempts] == [trouble]
    assert waiting.next_at >= began + least
    later(owner_url, company, seconds=least.total_seconds() * 1.3)
    assert go(company) == 1
    first, second = receiver.got()[before:]
    assert first["headers"]["webhook-id"] == second["headers"]["webhook-id"]
    assert first["body"] == second["body"]
    for item in (first, second):
        verified(item, made.secret)


def test_after_the_last_attempt_it_is_disabled_and_told_and_goes_on_when_enabled(
    company: Company, receiver: Receiver, owner_url: str
) -> None:
    watcher = hook(company, receiver.url("ok?watcher"), "webhook.disabled")
    made = hook(company, receiver.url("down"), FINED[0])
    company.record("f", "E")
    for tries in range(1, 11):
        assert go(company) == 1, tries
        later(owner_url, company, hours=30)
    assert go(company) == 1  # what is told of the end
    (failed,) = log_of(company, made)
    assert (failed.state, len(failed.attempts)) == ("failed", 10)
    found = webhooks.read(company.ctx(), made.webhook.id)
    assert (found.state, found.reason) == ("disabled", "failing")
    told = json.loads(receiver.got()[-1]["body"])
    assert (told["type"], told["id"], told["data"]["reason"]) == (
        *("webhook.disabled", str(made.webhook.id)),
        "failing",
    )
    assert log_of(company, watcher)[0].state == "delivered"
    company.record("f", "E")
    assert go(company) == 0
    webhooks.enable(company.ctx(), made.webhook.id)
    assert go(company) == 1


def test_gone_disables_at_once(company: Company, receiver: Receiver) -> None:
    made = hook(company, receiver.url("gone"), FINED[0])
    company.record("f", "E")
    go(company)
    found = webhooks.read(company.ctx(), made.webhook.id)
    assert (found.state, found.reason) == ("disabled", "gone")
    assert [item.state for item in log_of(company, made)] == ["failed"]
    last = changes.changes(company.ctx(), None, 500).items[-1]
    assert (last.type, last.about) == ("webhook.disabled", made.webhook.id)


def test_one_that_fails_among_many_does_not_disable(
    company: Company, receiver: Receiver, owner_url: str
) -> None:
    made = hook(company, receiver.url(), FINED[0])
    company.record("f", "E")
    company.record("f", "E")
    go(company)
    with owning(owner_url) as connection:
        connection.execute(
            "UPDATE webhook_delivery SET state = 'pending', tries = 9 WHERE tenant_id = %s",
            (company.id,),
        )
        connection.execute(
            "UPDATE webhook SET url = %s WHERE id = %s", (receiver.url("down"), made.webhook.id)
        )
    go(company)
    assert [item.state for item in log_of(company, made)] == ["failed", "failed"]
    assert webhooks.read(company.ctx(), made.webhook.id).state == "enabled"


def test_a_large_body_is_thinned(company: Company, receiver: Receiver) -> None:
    hook(company, receiver.url(), "subject.changed")
    before, names = len(receiver.got()), tuple(f"字段{number}" for number in range(3000))
    told = subject_changed(new_id(), "E", names)
    transact(company.ctx(), lambda tx: tell(tx, company.ctx(), now(), told))
    go(company)
    (came,) = new(receiver, before)
    assert (came["data"], came["thinned"], came["subject"]) == ({}, True, "E")


def test_a_test_is_sent_also_when_disabled(company: Company, receiver: Receiver) -> None:
    made, before = hook(company, receiver.url("gone"), FINED[0]), len(receiver.got())
    for _ in range(2):
        webhooks.test(company.ctx(), made.webhook.id)
        assert go(company) == 1
        assert webhooks.read(company.ctx(), made.webhook.id).state == "disabled"
    assert [item["type"] for item in new(receiver, before)] == ["webhook.test"] * 2
    for item in receiver.got()[before:]:
        assert verified(item, made.secret)["id"] == str(made.webhook.id)


def test_one_and_a_range_are_sent_again(company: Company, receiver: Receiver) -> None:
    first = datetime.now(UTC)
    company.record("f", "E")
    made = hook(company, receiver.url(), FINED[0])
    company.record("f", "F")
    go(company)
    before, (known,) = len(receiver.got()), log_of(company, made)
    again = webhooks.replay(company.ctx(), made.webhook.id, known.id)
    assert (again.state, again.tries) == ("pending", 0)
    assert go(company) == 1
    last = datetime.now(UTC)
    assert webhooks.replay_range(company.ctx(), made.webhook.id, first, last) == 2
    assert go(company) == 2
    assert webhooks.replay_range(company.ctx(), made.webhook.id, last, last) == 0
    ids = [item["headers"]["webhook-id"] for item in receiver.got()[before - 1 :]]
    assert ids[0] == ids[1]
    assert (ids.count(ids[0]), len(set(ids))) == (3, 2)
    assert [len(item.attempts) for item in log_of(company, made)] == [3, 1]
