"""Plugins at run time: enabled and disabled without a restart, and not trusted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.making.house import (
    FINES,
    MARKS,
    Company,
    code_of,
    contents,
    installed_plugin,
    make_company,
    operator,
    owning,
    report,
)

from shangfa.config import settings
from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.domain.faults import RefusedError
from shangfa.domain.tenancy.compliance import Compliance
from shangfa.plugins.installed import installed
from shangfa.services.incidents import record as incidents
from shangfa.services.ledger import standing
from shangfa.services.months import programmes
from shangfa.services.months.programmes import EvaluationRequest
from shangfa.services.policies import versions as policies
from shangfa.services.running.probes import readyz
from shangfa.services.tenancy import compliance, plugins, ready, tenants

CHAOS = '''
"""Every way a plugin can go wrong, chosen by a policy."""
import sys
from decimal import Decimal
from shangfa.sdk import ClauseKind, Effect, Params, ReactionKind, Watch, hookimpl


class Way(Params):
    way: str


WAYS = {
    "fine": lambda: [Effect("points", "A", Decimal(1))],
    "raises": lambda: 1 / 0,
    "exits": lambda: sys.exit(3),
    "nothing at all": lambda: None,
    "no finding": lambda: ["-20.00"],
    "unknown account": lambda: [Effect("salary", "CNY", Decimal(-1))],
    "unknown unit": lambda: [Effect("fine", "USD", Decimal(-1))],
    "wrong sign": lambda: [Effect("fine", "CNY", Decimal(1))],
    "a float": lambda: [Effect("fine", "CNY", -0.1)],
    "not a number": lambda: [Effect("fine", "CNY", Decimal("NaN"))],
    "without end": lambda: [Effect("fine", "CNY", Decimal("-Infinity"))],
    "no rung": lambda: [Effect("marks", "praise", Decimal(1))],
    "raises half-way": lambda: (Effect("fine", "CNY", Decimal(-1 / n)) for n in (1, 0)),
    "never returns": lambda: for_ever(),
}


def for_ever():
    while True:
        pass


def assess(part, incident):
    return WAYS[part.params.way]()


def derive(rule, unit, total):
    return WAYS[rule.params.way]() if total > 2 else []


@hookimpl
def register_clause_kinds():
    return [ClauseKind("chaos.clause", Way, assess, lambda part: ())]


@hookimpl
def register_reactions():
    watch = lambda rule: [Watch("points", "A", "month")]
    gives = lambda rule: [("fine", "CNY")]
    return [ReactionKind("chaos.reaction", Way, watch, derive, gives, lambda rule: ())]
'''
WAYS = (
    "raises",
    "exits",
    "nothing at all",
    "no finding",
    "unknown account",
    "unknown unit",
    "wrong sign",
    "a float",
    "not a number",
    "without end",
    "no rung",
    "raises half-way",
)
ELSEWHERE = """
import sys
from shangfa.services.command import COMMAND
from shangfa.services.tenancy import tenants
tenants.set_plugins(COMMAND, sys.argv[1], sys.argv[2:], "*")
"""


def chaos_policy(kind: str, way: str) -> str:
    """A policy whose third incident of a month, or each, goes wrong."""
    clause = "fine" if kind == "reaction" else way
    text = (
        "policy: chaos\ntitle: 混乱\nclauses:\n"
        f"  - {{code: c, title: 混乱, kind: chaos.clause, params: {{way: {clause}}}}}\n"
    )
    if kind == "reaction":
        text += f"reactions:\n  - {{code: r, kind: chaos.reaction, params: {{way: {way}}}}}\n"
    return text


@pytest.fixture(scope="module")
def _chaos() -> Iterator[None]:
    with TemporaryDirectory() as folder, installed_plugin(Path(folder), "chaos", CHAOS):
        yield


def can_fine(company: Company) -> str:
    """Say how a policy that needs the plugin `fines` is answered."""
    return code_of(partial(policies.validate, company.ctx(), FINES))


def elsewhere(company: Company, *names: str) -> None:
    """Choose a company's plugins in another process."""
    subprocess.run([sys.executable, "-c", ELSEWHERE, company.slug, *names], check=True)


def test_a_choice_made_in_another_process_holds_with_the_next_request() -> None:
    company = make_company(plugins=["letter_points"])
    assert can_fine(company) == "plugin_not_enabled"
    elsewhere(company, "letter_points", "fines")
    assert can_fine(company) == ""
    elsewhere(company)
    assert can_fine(company) == "plugin_not_enabled"


def test_what_another_worker_still_remembers_is_not_used() -> None:
    company = make_company(MARKS, staff=["E"])
    remembered = ready.ready(company.id)
    company.publish(FINES)
    recorded = company.record("f", "E")
    ready._keep(remembered)
    company.reverse(recorded["id"])
    ready._keep(remembered)
    assert company.record("f", "E")["effects"][0]["quantity"] == "-20.00"


BEST = """
policy: best
title: 评比
programmes:
  - {name: best, code: best, title: 优胜, kind: recognition.share,
     params: {percent: 50, prize: {amount: 100}}}
clauses:
  - {code: b, title: 说明, kind: text}
"""


def test_a_programme_published_by_another_worker_is_known_with_the_next_request() -> None:
    company = make_company(MARKS, plugins=["demerit_ladder", "recognition"], staff=["E"])
    remembered = ready.ready(company.id)
    company.publish(BEST)
    ready._keep(remembered)
    assert [item.name for item in programmes.listing(company.ctx()).items] == ["best"]
    ready._keep(remembered)
    asked = EvaluationRequest("best", "2026-03", inputs={"scores": {"E": 90}})
    assert programmes.evaluate(company.ctx(), asked).effects


def test_no_plugin_is_enabled_unless_chosen() -> None:
    company = make_company(plugins=[])
    assert not any(item.enabled for item in plugins.listing(company.ctx()).items)
    assert can_fine(company) == "plugin_not_enabled"


def test_a_plugin_in_use_cannot_be_disabled(owner_url: str) -> None:
    company = make_company(FINES, MARKS, plugins=["fines", "demerit_ladder"])
    stored = contents(owner_url)
    with pytest.raises(RefusedError) as refusal:
        tenants.set_plugins(operator(), company.slug, ["demerit_ladder"], "*")
    assert refusal.value.code == "plugin_in_use"
    assert refusal.value.faults[0].values == {"value": "fines", "allowed": "fines"}
    assert contents(owner_url) == stored


def test_a_plugin_that_only_a_draft_uses_can_be_disabled_and_the_draft_not_published() -> None:
    company = make_company(plugins=["fines"])
    draft = policies.upload(company.ctx(), FINES).version
    tenants.set_plugins(operator(), company.slug, [], "*")
    assert code_of(partial(company.publish, FINES)) == "plugin_not_enabled"
    assert draft.state == "draft"


@pytest.mark.usefixtures("_chaos")
@pytest.mark.parametrize("way", [pytest.param(way, id=way) for way in WAYS])
@pytest.mark.parametrize(
    "kind",
    [pytest.param("clause", id="a clause kind"), pytest.param("reaction", id="a reaction")],
)
def test_a_plugin_that_goes_wrong_is_named_and_leaves_nothing(
    kind: str, way: str, owner_url: str
) -> None:
    company = make_company(chaos_policy(kind, way), plugins=["chaos"], staff=["E"])
    for _ in range(2 if kind == "reaction" else 0):
        company.record("c", "E")
    stored, failures = contents(owner_url), plugins.failures().get("chaos", 0)
    with pytest.raises(RefusedError) as refusal:
        incidents.record(company.ctx(), report("c", "E"))
    assert refusal.value.code == "plugin_failed"
    assert refusal.value.faults[0].values["plugin"] == f"chaos.{kind}"
    assert contents(owner_url) == stored
    assert plugins.failures()["chaos"] == failures + 1
    assert company.differences() == []


@pytest.mark.usefixtures("_chaos")
def test_while_one_plugin_goes_wrong_other_clauses_and_companies_go_on() -> None:
    broken = make_company(
        chaos_policy("clause", "raises"), FINES, plugins=["chaos", "fines"], staff=["E"]
    )
    healthy = make_company(chaos_policy("clause", "fine"), plugins=["chaos"], staff=["E"])
    assert code_of(partial(broken.record, "c", "E")) == "plugin_failed"
    assert broken.record("f", "E")["effects"][0]["quantity"] == "-20.00"
    assert healthy.record("c", "E")["effects"][0]["quantity"] == "1"


@pytest.mark.usefixtures("_chaos")
def test_an_installed_plugin_is_listed_with_its_version_and_schema() -> None:
    chaos = next(item for item in plugins.listing(operator()).items if item.plugin.name == "chaos")
    assert (chaos.plugin.version, chaos.plugin.summary) == ("1.0", "made for a test")
    assert (chaos.enabled, [kind.name for kind in chaos.plugin.clause_kinds]) == (
        None,
        ["chaos.clause"],
    )
    schemas = plugins.read_schemas(operator(), "chaos").kinds
    assert schemas["chaos.reaction"]["required"] == ["way"]
    assert "chaos" in installed().plugins


@pytest.mark.usefixtures("_chaos")
def test_only_the_operator_is_told_how_often_plugins_fail() -> None:
    company = make_company(chaos_policy("clause", "raises"), plugins=["chaos"], staff=["E"])
    assert code_of(partial(company.record, "c", "E")) == "plugin_failed"
    told = {item.plugin.name: item.failures for item in plugins.listing(operator()).items}
    assert told["chaos"] == plugins.failures()["chaos"] > 0
    assert told["fines"] == 0
    for role in TENANT_ROLES:
        shown = plugins.listing(company.ctx(role)).items
        assert [item.failures for item in shown] == [None] * len(told)


@pytest.mark.usefixtures("_chaos")
def test_one_that_never_returns_loses_its_call_and_holds_no_lock(owner_url: str) -> None:
    """Whoever waits for the same subject meanwhile is served as soon as the time is over."""
    stuck = make_company(
        chaos_policy("clause", "never returns"), FINES, plugins=["chaos", "fines"], staff=["E"]
    )
    with ThreadPoolExecutor(2) as threads:
        late = threads.submit(code_of, partial(stuck.record, "c", "E"))
        meanwhile = threads.submit(stuck.record, "f", "E")
        assert late.result(timeout=20) == "plugin_overdue"
        assert meanwhile.result(timeout=20)["effects"][0]["quantity"] == "-20.00"
    with owning(owner_url) as connection:
        held = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
        ).fetchone()
    assert held == (0,)
    assert stuck.differences() == []


def test_a_broken_plugin_stops_the_policies_that_use_it_and_nothing_else() -> None:
    """Its kinds were there when the policy was published; after a restart they are not."""
    with TemporaryDirectory() as folder:
        with installed_plugin(Path(folder), "chaos", CHAOS):
            both = make_company(
                chaos_policy("clause", "fine"), FINES, plugins=["chaos", "fines"], staff=["E"]
            )
            assert both.record("c", "E")["effects"][0]["quantity"] == "1"
            given = both.record("f", "E")
        other = make_company(FINES, plugins=["fines"], staff=["E"])
    with TemporaryDirectory() as folder:
        source = "raise RuntimeError('no rates')\n"
        with installed_plugin(Path(folder), "chaos", source):
            ready.forget()
            _check_only_its_own_waits(both, other, given["id"])
            _check_told()
    ready.forget()
    with TemporaryDirectory() as folder, installed_plugin(Path(folder), "chaos", CHAOS):
        assert both.record("c", "E")["effects"][0]["quantity"] == "1"
        assert both.differences() == []


def _check_only_its_own_waits(both: Company, other: Company, incident: str) -> None:
    assert code_of(partial(both.record, "c", "E")) == "plugin_disabled"
    named = partial(incidents.record, both.ctx(), report("c", "E", policy="chaos"))
    assert code_of(named) == "plugin_disabled"
    assert both.record("f", "E")["effects"][0]["quantity"] == "-20.00"
    both.reverse(incident)
    assert standing.record(both.ctx(), "E")
    assert other.record("f", "E")["effects"][0]["quantity"] == "-20.00"
    text = chaos_policy("clause", "fine").replace("policy: chaos", "policy: more")
    assert code_of(partial(both.publish, text)) == "unknown_kind"
    chosen = partial(tenants.set_plugins, operator(), other.slug, ["chaos"], "*")
    assert code_of(chosen) == "plugin_disabled"


def _check_told() -> None:
    listed = {item.plugin.name: item for item in plugins.listing(operator()).items}
    broken = listed["chaos"].broken
    assert broken is not None
    assert (broken.error, broken.line) == ("RuntimeError: no rates", 1)
    assert broken.file.endswith("shangfa_chaos.py")
    assert listed["fines"].broken is None
    told = json.loads(readyz().body)
    assert [item["name"] for item in told["disabled_plugins"]] == ["chaos"]
    assert told["disabled_plugins"][0]["error"] == "RuntimeError: no rates"


def test_under_block_nothing_is_published_while_a_trusted_plugin_cannot_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been the one that knows the law."""
    company = make_company(plugins=["fines"])
    compliance.hold(operator(), company.slug, Compliance("block"))
    monkeypatch.setenv("SHANGFA_TRUSTED_PLUGINS", "law")
    settings.cache_clear()
    with installed_plugin(tmp_path, "law", "raise RuntimeError('no book of laws')\n"):
        assert code_of(partial(company.publish, FINES)) == "plugin_disabled"
    monkeypatch.delenv("SHANGFA_TRUSTED_PLUGINS")
    settings.cache_clear()
