"""Plugins nobody vouches for: what their processes may do, and what they cannot."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from tests.making.house import installed_plugin

from shangfa import config
from shangfa.config import settings
from shangfa.documents.policy.compile import compile_version
from shangfa.documents.source import read_yaml
from shangfa.documents.tenant.folder import read_tenant
from shangfa.documents.trials.check import run_cases
from shangfa.domain.faults import PluginFailedError, RefusedError
from shangfa.domain.frozen import FrozenDict
from shangfa.domain.policies.checks import called
from shangfa.plugins.guarded import wire
from shangfa.plugins.guarded.process import close_pools
from shangfa.plugins.installed import Installed, installed
from shangfa.sdk import Choice, Deadline, Effect, Note, Period, PeriodFacts, Watch
from shangfa.testing import WEEKDAYS, make_incident, make_part, make_rule, make_subject

ROOT = Path(__file__).parents[2]
WILD = '''
"""Everything that a plugin must not do, chosen by its params."""
import os, socket, subprocess, sys
from decimal import Decimal
from typing import Literal
from shangfa.sdk import *

SEEN = []


class Way(Params):
    way: str = Field(default="fine", min_length=1)
    amount: Decimal = Field(default=Decimal(1), gt=0)
    fact: FactName | Literal["none"] = "none"

    def model_post_init(self, context):
        if self.way == "refused":
            raise ParamsError((("way",), Note("不行", "not this one")))


def _for_ever():
    while True:
        pass


def _holds(size):
    SEEN.append(bytearray(size))
    return []


def _down():
    return _down()


def _counts():
    SEEN.append(1)
    return [Effect("points", "A", Decimal(len(SEEN)))]


def _changes(incident):
    incident.facts["loss"] = 5


WAYS = {
    "fine": lambda incident: [
        Effect("points", "A", Decimal(1), Note("{0}", "{0}", (incident.on,)))
    ],
    "counts": lambda incident: _counts(),
    "never returns": lambda incident: _for_ever(),
    "yields without end": lambda incident: iter(lambda: Effect("points", "A", Decimal(1)), None),
    "takes all memory": lambda incident: _holds(2**32),
    "calls itself": lambda incident: _down(),
    "ends its process": lambda incident: os._exit(3),
    "leaves": lambda incident: sys.exit(3),
    "interrupts": lambda incident: (_ for _ in ()).throw(KeyboardInterrupt),
    "changes what it was given": _changes,
    "returns nothing at all": lambda incident: None,
    "returns what is no finding": lambda incident: [sys],
    "gives a float": lambda incident: [Effect("points", "A", 0.5)],
    "gives NaN": lambda incident: [Effect("points", "A", Decimal("NaN"))],
    "gives a million": lambda incident: [Effect("points", "A", Decimal(1))] * 1_000_000,
    "opens a socket": lambda incident: socket.socket(),
    "starts a program": lambda incident: subprocess.run(["true"]),
    "reads the settings": lambda incident: open("/proc/%d/environ" % os.getppid()),
    "reads beside the platform": lambda incident: open("setup.cfg"),
    "writes a file": lambda incident: open("/tmp/wild", "w"),
    "ends the platform": lambda incident: os.kill(os.getppid(), 9),
    "raises": lambda incident: 1 / 0,
    "misses a fact": lambda incident: (_ for _ in ()).throw(missing_fact(Fact("loss", "money"))),
    "tells its environment": lambda incident: [
        Effect("points", name[:20], Decimal(1)) for name in os.environ if "SHANGFA" in name
    ],
}


def assess(part, incident):
    return WAYS[part.params.way](incident)


def evaluate(rule, facts):
    for subject in facts.subjects:
        before = facts.on(subject.code, facts.period.first)
        if before and before.position == "clerk":
            yield Award(subject.code, Effect("reward", "CNY", rule.params.amount))


@hookimpl
def register_clause_kinds():
    facts = (Fact("loss", "money", required=False),)
    return [ClauseKind("wild.clause", Way, assess, lambda part: (), facts)]


@hookimpl
def register_reactions():
    watch = lambda rule: [Watch("points", "A", "month", weights=(("A", Decimal(1)),))]
    derive = lambda rule, unit, total: [Effect("fine", "CNY", -rule.params.amount * (total // 3))]
    gives = lambda rule: [("fine", "CNY")]
    return [ReactionKind("wild.reaction", Way, watch, derive, gives, lambda rule: ())]


@hookimpl
def register_programmes():
    return [ProgrammeKind("wild.programme", Way, evaluate, ("votes",), lambda rule: (),
                          daily=lambda rule: True)]
'''
FAILS = {
    "calls itself": "RecursionError",
    "ends its process": "its process ended",
    "leaves": "SystemExit: 3",
    "interrupts": "KeyboardInterrupt",
    "changes what it was given": "a frozen value cannot be changed",
    "returns nothing at all": "not iterable",
    "gives a million": "more than 200 findings",
    "yields without end": "more than 200 findings",
    "opens a socket": "may not do this: socket",
    "starts a program": "may not do this",
    "reads the settings": "opens no files",
    "reads beside the platform": "opens no files",
    "writes a file": "opens no files",
    "ends the platform": "may not do this: os.kill",
    "raises": "ZeroDivisionError",
}
LATE = {"never returns": "no answer within 0.3 seconds", "takes all memory": "over 512 MB"}


@pytest.fixture(scope="module")
def wild() -> Iterator[Installed]:
    """The wild plugin, installed and not trusted, with little time."""
    os.environ["SHANGFA_PLUGIN_MS"] = "300"
    settings.cache_clear()
    with TemporaryDirectory() as folder, installed_plugin(Path(folder), "wild", WILD):
        yield installed()
    del os.environ["SHANGFA_PLUGIN_MS"]
    settings.cache_clear()


def assessed(wild: Installed, way: str, **facts: Any) -> list[Any]:
    """What the wild plugin finds, taken as the platform takes it."""
    kind = wild.plugins["wild"].clause_kinds[0]
    part = make_part(kind.params.model_validate({"way": way}))
    return list(called(kind.name, kind.assess, part, make_incident(**facts)))


def test_a_plugin_that_is_not_trusted_is_never_imported_here(wild: Installed) -> None:
    assert assessed(wild, "fine") == [
        Effect("points", "A", Decimal(1), Note("{0}", "{0}", (date(2026, 3, 2),)))
    ]
    assert "shangfa_wild" not in sys.modules
    assert not wild.plugins["wild"].trusted


@pytest.mark.parametrize("way", FAILS)
def test_whatever_it_does_fails_its_call_by_name(wild: Installed, way: str) -> None:
    with pytest.raises(PluginFailedError, match="plugin_failed") as caught:
        assessed(wild, way, loss=Decimal(1))
    assert FAILS[way] in caught.value.faults[0].values["reason"]
    assert caught.value.plugin == "wild.clause"
    assert assessed(wild, "fine")


def test_what_it_raises_is_told_with_the_line_of_its_own_source(wild: Installed) -> None:
    with pytest.raises(PluginFailedError, match=r"shangfa_wild\.py:\d+"):
        assessed(wild, "raises")


@pytest.mark.parametrize("way", LATE)
def test_it_loses_the_call_that_takes_too_long_or_too_much(wild: Installed, way: str) -> None:
    began = time.monotonic()
    with pytest.raises(PluginFailedError, match="plugin_overdue") as caught:
        assessed(wild, way)
    assert time.monotonic() - began < 10
    assert LATE[way] in caught.value.faults[0].values["reason"]
    assert assessed(wild, "fine")


def test_one_that_never_returns_holds_no_thread(wild: Installed) -> None:
    """Six threads ask at once, with two processes: all are answered, none waits for ever."""

    def outcome(_: int) -> str:
        with pytest.raises(PluginFailedError) as caught:
            assessed(wild, "never returns")
        return caught.value.code

    with ThreadPoolExecutor(6) as threads:
        assert set(threads.map(outcome, range(6), timeout=30)) == {"plugin_overdue"}
    assert assessed(wild, "fine")


@pytest.mark.parametrize("way", ["gives a float", "gives NaN", "returns what is no finding"])
def test_nonsense_comes_through_as_nonsense_to_be_refused(wild: Installed, way: str) -> None:
    """A trusted one's would be refused by the same checks."""
    (found,) = assessed(wild, way)
    quantity: Any = getattr(found, "quantity", None)
    assert type(found) is not Effect or type(quantity) is float or quantity.is_nan()


def test_its_own_refusals_are_handed_on(wild: Installed) -> None:
    with pytest.raises(RefusedError, match="missing_fact") as caught:
        assessed(wild, "misses a fact")
    assert caught.value.faults[0].pointer == "/facts/loss"


def test_it_is_told_no_settings(wild: Installed) -> None:
    assert assessed(wild, "tells its environment") == []


def test_a_late_process_leaves_nothing_to_the_next(wild: Installed) -> None:
    first = assessed(wild, "counts")[0].quantity
    with pytest.raises(PluginFailedError):
        assessed(wild, "never returns")
    assert assessed(wild, "counts")[0].quantity <= first


WRONG = [
    ("params: {way: ''}", "invalid"),
    ("params: {way: refused}", "invalid"),
    ("params: {amount: 0}", "invalid"),
    ("params: {amount: much}", "invalid"),
    ("params: {wey: fine}", "unknown_field"),
    ("params: {fact: kept}", "unknown_fact"),
]


@pytest.mark.parametrize(("params", "code"), WRONG)
def test_params_are_refused_with_line_and_words_as_a_trusted_ones(
    wild: Installed, params: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = "policy: p\ntitle: P\nclauses:\n  - code: '1'\n    title: t\n    kind: wild.clause\n"
    text = f"{head}    {params}\n"
    guarded = _faults(text, wild)
    with monkeypatch.context() as patched:
        patched.setenv("SHANGFA_TRUSTED_PLUGINS", "wild")
        settings.cache_clear()
        (tmp_path / "again").mkdir()
        with installed_plugin(tmp_path, "wild", WILD):
            assert installed().plugins["wild"].trusted
            direct = _faults(text, installed())
    settings.cache_clear()
    assert guarded == direct
    assert guarded[0].startswith(f"p.yaml:7: {code}")


def _faults(text: str, have: Installed) -> list[str]:
    with pytest.raises(RefusedError) as caught:
        compile_version(read_yaml(text, "p.yaml"), have.kinds(["wild"]))
    return [str(fault) for fault in caught.value.faults]


def test_a_programme_may_ask_who_somebody_was_on_a_day(wild: Installed) -> None:
    """Only the platform knows it, so the process asks back."""
    kind = wild.plugins["wild"].programmes[0]
    people = tuple(make_subject(code) for code in ("E1", "E2"))
    period = Period("2026-03", date(2026, 3, 1), date(2026, 3, 31))
    facts = PeriodFacts(
        period,
        people,
        {},
        {},
        WEEKDAYS,
        on=lambda code, day: make_subject(code, position="clerk" if code == "E2" else None),
    )
    rule = make_rule(kind.params.model_validate({"amount": "20"}))
    assert kind.daily(rule) is True
    assert [award.subject for award in kind.evaluate(rule, facts)] == ["E2"]


def test_a_reaction_answers_as_it_would_directly(wild: Installed) -> None:
    kind = wild.plugins["wild"].reactions[0]
    rule = make_rule(kind.params.model_validate({"amount": "20"}))
    assert kind.watch(rule) == [Watch("points", "A", "month", weights=(("A", Decimal(1)),))]
    assert kind.derive(rule, "A", Decimal(7)) == [Effect("fine", "CNY", Decimal(-40))]
    assert kind.gives(rule) == [("fine", "CNY")]


def test_a_plugin_with_guards_must_be_trusted(tmp_path: Path) -> None:
    source = (
        "from shangfa.sdk import guards, hookimpl\n@hookimpl\ndef register_guards():\n"
        "    return [guards.Guard('x', None, (), lambda *_: (), lambda *_: ())]\n"
    )
    with installed_plugin(tmp_path, "watcher", source):
        (broken,) = installed().broken
    assert "a trusted plugin alone may" in broken.error


@pytest.mark.parametrize("tenant", ["lefulong"])
def test_guarded_our_own_plugins_decide_every_case_alike(
    tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values, facts, conditions, totals and sentences survive the way there and back."""
    folder = read_tenant(ROOT / "tenants" / tenant)
    monkeypatch.setattr(config, "OURS", frozenset({"compliance_cn"}))
    installed.cache_clear()
    try:
        kinds = installed().kinds(folder.doc.plugins)
        assert not installed().plugins["letter_points"].trusted
        verdicts = list(run_cases(folder, kinds))
    finally:
        close_pools()
        installed.cache_clear()
    assert verdicts
    assert [verdict for verdict in verdicts if not verdict.passed] == []


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "字",
        2**80,
        Decimal("1.20"),
        0.5,
        date(2026, 3, 2),
        datetime.fromisoformat("2026-03-02T09:30"),
        timedelta(days=1, seconds=2),
        [1, (2, "x")],
        FrozenDict({("a", 1): Decimal(3)}),
        frozenset({1, 2}),
        Choice("fine", "CNY", Decimal(1), None, Note("a", "b", (Decimal(2),)), "x"),
        Deadline("appeal", date(2026, 3, 9)),
    ],
    ids=repr,
)
def test_values_come_back_as_they_were(value: Any) -> None:
    assert wire.loads(wire.dumps(value)) == value


@pytest.mark.parametrize(
    "said", [b"", b"{", b'["n",99]', b'["n",0,"x"]', b'["D","x"]', b'["os.system","x"]', b"[5]"]
)
def test_what_is_no_answer_is_not_read(said: bytes) -> None:
    with pytest.raises((ValueError, TypeError, LookupError, ArithmeticError)):
        wire.loads(said)
