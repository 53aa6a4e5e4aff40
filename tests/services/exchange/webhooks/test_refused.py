"""Webhooks that are refused, and that nobody else finds."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.making.house import FINES, Company, code_of, make_company
from tests.making.receiver import Receiver
from tests.services.exchange.webhooks.hooks import FINED, go, hook, log_of, new

from shangfa.services.exchange import sending, webhooks
from shangfa.services.pages import Page


def test_what_is_another_companys_is_unknown(company: Company, receiver: Receiver) -> None:
    other = make_company(FINES, staff=["E"])
    made = hook(other, receiver.url())
    sent = webhooks.test(other.ctx(), made.webhook.id)
    own = hook(company, receiver.url())
    asked = [
        lambda: webhooks.read(company.ctx(), made.webhook.id),
        lambda: webhooks.delete(company.ctx(), made.webhook.id),
        lambda: webhooks.rotate(company.ctx(), made.webhook.id),
        lambda: webhooks.deliveries(company.ctx(), made.webhook.id, None, Page()),
        lambda: webhooks.replay(company.ctx(), made.webhook.id, sent.id),
        lambda: webhooks.replay(company.ctx(), own.webhook.id, sent.id),
    ]
    assert [code_of(one) for one in asked] == ["not_found"] * len(asked)
    assert [item.id for item in webhooks.page(company.ctx()).items] == [own.webhook.id]


def test_a_deleted_one_gets_nothing_more(company: Company, receiver: Receiver) -> None:
    made, before = hook(company, receiver.url(), FINED[0]), len(receiver.got())
    company.record("f", "E")
    sending.make(company.id)
    webhooks.delete(company.ctx(), made.webhook.id)
    assert sending.send(company.id, made.webhook.id) == 0
    assert go(company) == 0
    assert new(receiver, before) == []
    assert code_of(lambda: webhooks.delete(company.ctx(), made.webhook.id)) == "not_found"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://10.0.0.1/", "webhook_address"),
        ("http://169.254.169.254/latest/meta-data", "webhook_address"),
        ("https://[::1]/", "webhook_address"),
        ("http://8.8.8.8/", "webhook_address"),
        ("ftp://example.com/", "invalid"),
    ],
)
def test_where_no_receiver_may_be(company: Company, url: str, code: str) -> None:
    assert code_of(lambda: hook(company, url)) == code


def test_there_is_an_end_to_how_many(receiver: Receiver) -> None:
    company = make_company(FINES)
    for _ in range(webhooks.MOST):
        hook(company, receiver.url())
    assert code_of(lambda: hook(company, receiver.url())) == "out_of_range"


def test_ids_are_of_events(company: Company, receiver: Receiver) -> None:
    made = hook(company, receiver.url(), FINED[0])
    company.record("f", "E")
    go(company)
    (item,) = log_of(company, made)
    assert receiver.got()[-1]["headers"]["webhook-id"] == f"msg_{UUID(str(item.event_id)).hex}"
