from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from shangfa.domain.account import ACCOUNTS
from shangfa.domain.effect import Choice, Deadline, Effect
from shangfa.domain.faults import PluginFailedError, RefusedError, refused
from shangfa.domain.incidents.faults import FUTURE_INCIDENT
from shangfa.domain.policies.checks import called, check_effect, check_finding
from shangfa.domain.text import Note

RUNGS = ("warning", "demerit")
ONE = Decimal(1)
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "finding",
    [
        pytest.param(Effect("marks", "demerit", ONE), id="a rung"),
        pytest.param(Effect("points", "C", -ONE), id="points taken"),
        pytest.param(Effect("points", "C", ONE), id="points given"),
        pytest.param(Effect("wage", "day", Decimal("-0.5")), id="half a day's wage"),
        pytest.param(Effect("fine", "CNY", Decimal(0)), id="nothing has any sign"),
        pytest.param(Effect("count", "同事由", ONE), id="any counter"),
        pytest.param(Choice("fine", "CNY", Decimal(0), None), id="an open choice"),
        pytest.param(Choice("points", "A", ONE, ONE), id="a choice of one value"),
        pytest.param(Deadline("reply", date(2026, 3, 5)), id="a day"),
        pytest.param(Deadline("reply", NOON.replace(tzinfo=None)), id="a local moment"),
    ],
)
def test_what_is_taken(finding: Any) -> None:
    assert check_finding(finding, "x.kind", RUNGS) == finding


def test_money_is_rounded_to_the_fen() -> None:
    effect = check_effect(Effect("fine", "CNY", Decimal("-0.125")), "x.kind", RUNGS)
    assert effect.quantity == Decimal("-0.13")


@pytest.mark.parametrize(
    "finding",
    [
        pytest.param(None, id="nothing"),
        pytest.param("fine", id="a word"),
        pytest.param(("fine", "CNY", -ONE), id="a tuple that looks like an effect"),
        pytest.param(Effect("fines", "CNY", -ONE), id="unknown account"),
        pytest.param(Effect(["fine"], "CNY", -ONE), id="an account that is a list"),
        pytest.param(Effect("fine", "USD", -ONE), id="unknown unit"),
        pytest.param(Effect("fine", ["CNY"], -ONE), id="a unit that is a list"),
        pytest.param(Effect("points", "", -ONE), id="no unit"),
        pytest.param(Effect("fine", "CNY", ONE), id="a fine that gives"),
        pytest.param(Effect("reward", "CNY", -ONE), id="a reward that takes"),
        pytest.param(Effect("marks", "warning", -ONE), id="a mark taken back"),
        pytest.param(Effect("fine", "CNY", -20), id="int"),
        pytest.param(Effect("fine", "CNY", -20.0), id="float"),
        pytest.param(Effect("fine", "CNY", "-20"), id="text"),
        pytest.param(Effect("points", "C", Decimal("NaN")), id="NaN"),
        pytest.param(Effect("points", "C", Decimal("-Infinity")), id="infinity"),
        pytest.param(Effect("marks", "dismissal", ONE), id="a rung of another ladder"),
        pytest.param(Effect("marks", "warning", ONE, "because"), id="a note that is a text"),
        pytest.param(Effect("marks", "warning", ONE, Note("", ""), 5), id="a code that is no text"),
        pytest.param(Choice("fines", "CNY", ONE, None), id="choice on an unknown account"),
        pytest.param(Choice("fine", "USD", ONE, None), id="choice of an unknown unit"),
        pytest.param(Choice("marks", "dismissal", ONE, ONE), id="choice of a foreign rung"),
        pytest.param(Choice("fine", "CNY", -ONE, None), id="choice under zero"),
        pytest.param(Choice("fine", "CNY", Decimal(2), ONE), id="choice from two to one"),
        pytest.param(Choice("fine", "CNY", Decimal("NaN"), None), id="choice from NaN"),
        pytest.param(Choice("fine", "CNY", ONE, 5), id="choice up to an int"),
        pytest.param(Deadline("reply", "2026-03-05"), id="deadline as text"),
        pytest.param(Deadline("reply", NOON), id="a moment with a zone"),
        pytest.param(Deadline(None, date(2026, 3, 5)), id="deadline of no step"),
        pytest.param(Deadline("reply", date(2026, 3, 5), None), id="deadline with no note"),
    ],
)
def test_what_is_not_taken(finding: Any) -> None:
    with pytest.raises(PluginFailedError) as caught:
        check_finding(finding, "x.kind", RUNGS)
    assert caught.value.plugin == "x.kind"


def test_what_a_reaction_gives_must_be_an_effect() -> None:
    with pytest.raises(PluginFailedError, match="no effect"):
        check_effect(Choice("fine", "CNY", ONE, None), "x.kind", RUNGS)


@pytest.mark.parametrize("name", sorted(ACCOUNTS))
def test_the_sign_of_every_account_is_held(name: str) -> None:
    account = ACCOUNTS[name]
    unit = "warning" if name == "marks" else next(iter(account.units), "x")
    wrong = -ONE if account.sign > 0 else ONE
    if account.sign == 0:
        assert check_effect(Effect(name, unit, wrong), "x.kind", RUNGS).quantity == wrong
    else:
        with pytest.raises(PluginFailedError, match="wrong sign"):
            check_effect(Effect(name, unit, wrong), "x.kind", RUNGS)


def _raises(error: BaseException) -> list[Any]:
    raise error


def _yields_and_raises() -> Iterator[int]:
    yield 1
    raise ZeroDivisionError("late")


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        pytest.param(lambda: _raises(KeyError("loss")), "KeyError: 'loss'", id="raises"),
        pytest.param(lambda: _raises(SystemExit(1)), "SystemExit: 1", id="exits"),
        pytest.param(lambda: None, "TypeError", id="returns nothing"),
        pytest.param(lambda: 5, "TypeError", id="returns a number"),
        pytest.param(_yields_and_raises, "ZeroDivisionError: late", id="raises while it yields"),
    ],
)
def test_a_plugin_that_fails_is_named(function: Any, reason: str) -> None:
    with pytest.raises(PluginFailedError, match=reason) as caught:
        called("x.kind", function)
    assert (caught.value.code, caught.value.plugin) == ("plugin_failed", "x.kind")


def test_a_plugin_may_refuse() -> None:
    with pytest.raises(RefusedError) as caught:
        called("x.kind", lambda: _raises(refused(FUTURE_INCIDENT, value="2027")))
    assert caught.value.code == "future_incident"


@pytest.mark.parametrize(
    "effect",
    [
        Effect("fine", "CNY", Decimal(-1), since=date(2026, 3, 1)),
        Effect("action", "stop", Decimal(1), until=date(2026, 3, 1)),
        Effect("action", "stop", Decimal(1), since=date(2026, 3, 2), until=date(2026, 3, 1)),
        Effect("action", "stop", Decimal(1), since="2026-03-01"),
    ],
)
def test_a_term_is_of_an_action_and_ends_after_it_began(effect: Any) -> None:
    with pytest.raises(PluginFailedError):
        check_finding(effect, "k", ())


def test_an_action_may_last_without_an_end() -> None:
    effect = Effect("action", "stop", Decimal(1), since=date(2026, 3, 1))
    assert check_finding(effect, "k", ()) == effect
