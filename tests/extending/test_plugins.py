"""Finding plugins, and what becomes of one that does not keep to the rules."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.making.house import installed_plugin

from shangfa.config import settings
from shangfa.documents.policy.compile import compile_version
from shangfa.documents.source import read_yaml
from shangfa.domain.effect import Effect
from shangfa.domain.faults import PluginFailedError, RefusedError
from shangfa.plugins import installed as plugins
from shangfa.plugins.broken import Broken, PluginError
from shangfa.plugins.guards import asked
from shangfa.plugins.installed import collect, describe, installed, load
from shangfa.sdk import (
    ClauseKind,
    Fact,
    Note,
    Params,
    ProgrammeKind,
    ReactionKind,
    guards,
    hookimpl,
)
from shangfa.testing import MemoryTenant, make_clause, make_policy

FIRST = {"demerit_ladder", "fines", "letter_points", "sp_credit"}


class Nothing(Params):
    """No params."""


def kind_called(name: str, assess: Any = lambda part, incident: ()) -> ClauseKind[Nothing]:
    return ClauseKind(name, Nothing, assess, lambda part: ())


REACTION: ReactionKind[Nothing] = ReactionKind(
    "x.reaction", Nothing, lambda rule: (), lambda *_: (), lambda rule: (), lambda rule: ()
)
PROGRAMME: ProgrammeKind[Nothing] = ProgrammeKind(
    "x.programme", Nothing, lambda *_: (), (), lambda rule: ()
)

GUARD: guards.Guard[None] = guards.Guard("x", None, (), lambda *_: (), lambda *_: ())
FINDING = guards.Finding("x", "warn", "1", "法 1", Note("话", "words"), "read")


def module_with(**hooks: Any) -> ModuleType:
    """A plugin's module with these functions marked as hooks."""
    module = ModuleType("x")
    for name, function in hooks.items():
        setattr(module, name, hookimpl(function))
    return module


def test_the_first_plugins_are_installed() -> None:
    assert set(installed().plugins) >= FIRST


@pytest.mark.parametrize("name", sorted(FIRST))
def test_every_first_plugin_says_what_it_is(name: str) -> None:
    plugin = installed().plugin(name)
    assert plugin.version[0].isdigit()
    assert plugin.summary
    assert plugin.kinds()
    assert all(installed().owners[kind.name] == name for kind in plugin.kinds())


def test_plugins_are_found_once_per_process() -> None:
    assert installed() is installed()


def test_a_plugin_provides_all_three_sorts() -> None:
    module = module_with(
        register_clause_kinds=lambda: [kind_called("x.clause")],
        register_reactions=lambda: [REACTION],
        register_programmes=lambda: [PROGRAMME],
    )
    plugin = describe("x", module, "1.2", "an example")
    assert [kind.name for kind in plugin.kinds()] == ["x.clause", "x.reaction", "x.programme"]
    assert (plugin.version, plugin.summary) == ("1.2", "an example")


def test_a_plugin_may_provide_nothing() -> None:
    assert describe("x", module_with()).kinds() == ()


def _raises() -> Iterable[Any]:
    raise KeyError("config")


@pytest.mark.parametrize(
    ("hooks", "why"),
    [
        pytest.param(
            {"register_clause_kindz": lambda: ()}, "register_clause_kindz", id="misspelt hook"
        ),
        pytest.param({"register_reactions": lambda tenant: ()}, "tenant", id="other arguments"),
        pytest.param({"register_programmes": _raises}, "config", id="raises"),
        pytest.param({"register_clause_kinds": lambda: 5}, "not iterable", id="returns a number"),
        pytest.param({"register_clause_kinds": lambda: ["x"]}, "no ClauseKind", id="a word"),
        pytest.param({"register_reactions": lambda: [PROGRAMME]}, "no ReactionKind", id="mixed up"),
        pytest.param(
            {"register_reactions": lambda: [replace(REACTION, params=dict)]},
            "no Params",
            id="params of its own making",
        ),
        *(
            pytest.param({"register_clause_kinds": lambda kind=kind: [kind]}, why, id=why)
            for kind, why in (
                (replace(kind_called("x.k"), params=5), "params of x.k"),
                (replace(kind_called("x.k"), facts=("loss",)), "'loss' among the facts of x.k"),
                (replace(kind_called("x.k"), facts="loss"), "a tuple of Fact values"),
                (replace(kind_called("x.k"), facts=(Fact("loss", "monny"),)), "no type of"),
                (replace(kind_called("x.k"), facts=(Fact("date", "date"),)), "'date'"),
                (replace(kind_called("x.k"), facts=(Fact(5, "date"),)), "has no name"),
                (replace(kind_called("x.k"), rows=[]), "rows of x.k is no function"),
                (replace(kind_called("x.k"), assess=None), "assess of x.k is no function"),
                (replace(kind_called("x.k"), name=5), "5 is no name of a kind"),
            )
        ),
        pytest.param(
            {"register_programmes": lambda: [replace(PROGRAMME, inputs="votes")]},
            "inputs of x.programme is 'votes', a tuple of names",
            id="inputs in one word",
        ),
        pytest.param(
            {"register_programmes": lambda: [replace(PROGRAMME, inputs=(5,))]},
            "5 among the inputs",
            id="a number as input",
        ),
        pytest.param(
            {"register_reactions": lambda: [replace(REACTION, watch="count")]},
            "watch of x.reaction is no function",
            id="a word instead of a function",
        ),
        *(
            pytest.param({"register_guards": lambda guard=guard: [guard]}, why, id=why)
            for guard, why in (
                ("x", "'x' is no Guard"),
                (replace(GUARD, name=""), "no Guard with a name"),
                (replace(GUARD, review=None), "review of x is no function"),
                (replace(GUARD, settle="full"), "settle of x is no function"),
                (replace(GUARD, rules=("FINE",)), "'FINE' among the rules of x"),
                (replace(GUARD, rules=5), "a tuple of GuardRule values"),
            )
        ),
    ],
)
def test_a_plugin_that_cannot_be_used_is_named(hooks: dict[str, Any], why: str) -> None:
    with pytest.raises(PluginError, match=why) as caught:
        describe("stray", module_with(**hooks))
    assert "plugin stray: " in str(caught.value)


def _provider(name: str, *kinds: str) -> Any:
    found = [kind_called(kind) for kind in kinds]
    return describe(name, module_with(register_clause_kinds=lambda: found))


@pytest.mark.parametrize(
    "hook",
    ["register_clause_kinds", "register_reactions", "register_programmes", "register_guards"],
)
def test_a_hook_without_its_mark_is_named(hook: str) -> None:
    """pluggy would pass it over, and nobody would know why its kinds are missing."""
    module = ModuleType("x")
    setattr(module, hook, list)
    with pytest.raises(PluginError, match=f"plugin x: {hook} is not marked with @hookimpl"):
        describe("x", module)


def _guarded(name: str) -> Any:
    return describe(name, module_with(register_guards=lambda: [GUARD]))


@pytest.mark.parametrize(
    ("found", "why"),
    [
        pytest.param(
            [_provider("a", "x.one"), _provider("b", "x.one")],
            "x.one is provided by both a and b",
            id="two provide one kind",
        ),
        pytest.param(
            [_provider("a", "x.one", "x.one")],
            "x.one is provided by both a and a",
            id="one provides it twice",
        ),
        pytest.param(
            [_guarded("a"), _guarded("b")],
            "x is provided by both a and b",
            id="two guards of one name",
        ),
        pytest.param(
            [_provider("a", "x.one"), _provider("a", "x.two")],
            "two distributions call themselves a",
            id="two of one name",
        ),
    ],
)
def test_a_plugin_that_clashes_disables_itself_and_nobody_else(found: list[Any], why: str) -> None:
    have = collect(found)
    *sound, _ = found if len(found) > 1 else [None, found[0]]
    assert [item.error for item in have.broken] == [why]
    assert list(have.plugins) == [item.name for item in sound if item]
    assert have.broken[0].file == ""


BROKEN = {
    "raises": ("\n\nraise RuntimeError('no rates')\n", "RuntimeError: no rates", 3),
    "exits": ("import sys\nsys.exit(3)\n", "SystemExit: 3", 2),
    "cannot be read": ("x = 1\ndef f(:\n", "SyntaxError", 2),
    "wants what is not there": ("from shangfa.sdk import Dice\n", "cannot import name 'Dice'", 1),
    "is of another SDK": ("SDK = '1.4'\n", "written for SDK 1.4, this is SDK 2.", 1),
    "says no SDK": ("SDK = 2\n", "written for SDK 2, this is SDK 2.", 1),
    "has a hook that raises": (
        "from shangfa.sdk import hookimpl\n@hookimpl\ndef register_reactions():\n"
        "    return 1 / 0\n",
        "register_reactions: ZeroDivisionError",
        4,
    ),
    "has a hook that exits": (
        "import sys\nfrom shangfa.sdk import hookimpl\n@hookimpl\ndef register_programmes():\n"
        "    sys.exit('bye')\n",
        "register_programmes: SystemExit: bye",
        5,
    ),
    "returns nonsense": (
        "from shangfa.sdk import hookimpl\n\n@hookimpl\ndef register_reactions():\n"
        "    return [5]\n",
        "5 is no ReactionKind",
        3,
    ),
    "has a hook without its mark": (
        "\ndef register_guards():\n    return []\n",
        "register_guards is not marked with @hookimpl",
        2,
    ),
}


GUARDED = ("raises", "exits", "returns nonsense")
"""Tried in a process of their own as well; each takes a second to start."""


@pytest.mark.parametrize(
    ("case", "trusted"),
    [
        *(pytest.param(case, True, id=way) for way, case in BROKEN.items()),
        *(pytest.param(BROKEN[way], False, id=f"{way}, guarded") for way in GUARDED),
    ],
)
def test_a_plugin_that_cannot_be_used_is_told_with_exception_file_and_line(
    case: tuple[str, str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, trusted: bool
) -> None:
    """The others are there all the same."""
    source, error, line = case
    if trusted:
        monkeypatch.setenv("SHANGFA_TRUSTED_PLUGINS", "stray")
    settings.cache_clear()
    with installed_plugin(tmp_path, "stray", source):
        have = installed()
    settings.cache_clear()
    (broken,) = have.broken
    assert (broken.name, broken.version, broken.trusted) == ("stray", "1.0", trusted)
    assert error in broken.error
    assert (broken.file, broken.line) == (str(tmp_path / "shangfa_stray.py"), line)
    assert set(have.plugins) >= FIRST
    with pytest.raises(RefusedError, match="plugin_disabled") as caught:
        have.kinds(["fines", "stray"])
    assert f"shangfa_stray.py:{line}" in caught.value.faults[0].en


def test_a_plugin_that_is_not_there_is_named_without_a_place() -> None:
    found = load(EntryPoint("stray", "shangfa_stray_that_is_not_there", plugins.GROUP))
    assert isinstance(found, Broken)
    assert "No module named 'shangfa_stray_that_is_not_there'" in found.error
    assert (found.file, found.line) == ("", 0)


# what guards say


def _fails(*_: Any) -> Iterable[Any]:
    raise ZeroDivisionError("a rule without a rate")


def test_what_a_guard_finds_is_handed_on() -> None:
    guard = replace(GUARD, review=lambda draft, data: [FINDING])
    assert asked(guard, guards.Draft(date(2026, 3, 2))) == [FINDING]


@pytest.mark.parametrize(
    ("review", "why"),
    [
        pytest.param(_fails, "a rule without a rate", id="it raises"),
        pytest.param(lambda *_: 5, "not iterable", id="a number"),
        pytest.param(lambda *_: ["fine"], "guards.Finding is expected", id="a word"),
        *(
            pytest.param(lambda *_, wrong=wrong: [wrong], why, id=why)
            for wrong, why in (
                (replace(FINDING, severity="loud"), "x: loud/read"),
                (replace(FINDING, certainty="sure"), "x: warn/sure"),
                (replace(FINDING, text="words"), "no text"),
                (replace(FINDING, suggestion=None), "no text"),
                (replace(FINDING, law_ref=9), "no text"),
            )
        ),
    ],
)
def test_a_guard_that_says_what_is_no_finding_is_named(review: Any, why: str) -> None:
    with pytest.raises(PluginFailedError, match=why) as caught:
        asked(replace(GUARD, review=review), guards.Draft(date(2026, 3, 2)))
    assert caught.value.plugin == "x"


# which of them a tenant may use


def test_a_tenant_sees_only_what_it_enabled() -> None:
    kinds = installed().kinds(["fines"])
    assert "fines.fixed" in kinds.clause_kinds
    assert "ladder.mark" not in kinds.clause_kinds
    assert kinds.owners["ladder.mark"] == "demerit_ladder"


def test_an_empty_selection_means_none() -> None:
    kinds = installed().kinds([])
    assert (kinds.clause_kinds, kinds.reactions, kinds.programmes) == ({}, {}, {})


def test_a_plugin_that_is_not_installed_cannot_be_enabled() -> None:
    with pytest.raises(RefusedError) as caught:
        installed().kinds(["fines", "fnies"])
    fault = caught.value.faults[0]
    assert (fault.code, fault.values["value"]) == ("unknown_plugin", "fnies")


def test_a_policy_may_use_only_enabled_plugins() -> None:
    text = "policy: p\ntitle: P\nclauses:\n  - {code: '1', title: t, kind: fines.fixed}\n"
    with pytest.raises(RefusedError) as caught:
        compile_version(read_yaml(text), installed().kinds(["letter_points"]))
    (fault,) = caught.value.faults
    assert (fault.code, fault.values["value"]) == ("plugin_not_enabled", "fines")


# one that fails while it is used: the engine's own tests hold every field


def _breaks(part: Any, incident: Any) -> Any:
    raise OSError("no such host")


@pytest.mark.parametrize(
    "assess",
    [
        pytest.param(_breaks, id="raises"),
        pytest.param(lambda *_: [object()], id="garbage"),
        pytest.param(lambda *_: [Effect("points", "A", Decimal("NaN"))], id="NaN"),
        pytest.param(lambda *_: [Effect("points", "A", 0.5)], id="float"),
        pytest.param(lambda *_: [Effect("fine", "CNY", Decimal(5))], id="wrong sign"),
        pytest.param(lambda *_: [Effect("tax", "CNY", Decimal(-5))], id="unknown account"),
        pytest.param(lambda *_: [Effect("marks", "exile", Decimal(1))], id="foreign rung"),
    ],
)
def test_a_plugin_that_fails_parks_its_own_clause_only(assess: Any) -> None:
    """The next clause of the same tenant goes on as if nothing had been asked."""
    bad = make_clause(kind_called("stray.kind", assess), Nothing(), code="bad")
    points = [Effect("points", "A", Decimal(1))]
    good = make_clause(kind_called("sound.kind", lambda *_: points), Nothing(), code="good")
    tenant = MemoryTenant(make_policy([bad, good]))
    with pytest.raises(PluginFailedError, match=r"stray\.kind"):
        tenant.record("bad")
    tenant.record("good")
    assert [posting.clause for posting in tenant.ledger] == ["good"]
