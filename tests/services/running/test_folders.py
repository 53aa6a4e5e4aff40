"""Folders of tenants in the database, and the keys of their demo staff."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic

import pytest
from tests.making.house import ROOT, Company, code_of, contents, find_company, load_company, owning
from tests.making.patience import limit

from shangfa.domain.tenancy.compliance import Compliance
from shangfa.services.access import authentication as access
from shangfa.services.payroll import settings as payroll
from shangfa.services.people import subjects
from shangfa.services.running import upkeep
from shangfa.services.running.folders import demo_keys, load_folder
from shangfa.services.tenancy import plugins, ready

SLOW = 4
"""How much longer a busy machine may take."""
NAMES = ("fujie", "hunan-mobile", "lefulong", "youyou")
Change = Callable[[Path], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of fujie's folder, loaded."""
    copy = Path(shutil.copytree(ROOT / "tenants/fujie", tmp_path / tmp_path.name.lower()))
    load_folder(copy)
    return copy


def anew(company: Company) -> ready.ReadyTenant:
    """Return a company as a new process would know it."""
    ready.forget()
    return ready.ready(company.id)


@pytest.mark.parametrize("name", [pytest.param(name, id=name) for name in NAMES])
def test_a_second_load_changes_nothing(name: str, owner_url: str) -> None:
    load_folder(ROOT / "tenants" / name)
    stored = contents(owner_url)
    assert load_folder(ROOT / "tenants" / name) == name
    assert contents(owner_url) == stored


def edit(file: str, old: str, new: str) -> Change:
    def change(folder: Path) -> None:
        path = folder / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return change


PERSON = "F001,钱立群"
PAYROLL = "{rewards: next_month, templates: {k: {summary: [{column: 工号, header: 职员代码}]}}}"
AMOUNT = "title: 私带外人进办公区, source: L22 一4, kind: fines.fixed, params: {amount: 10}"


@pytest.mark.parametrize(
    ("change", "answered"),
    [
        pytest.param(edit("policy.yaml", AMOUNT, AMOUNT + "\n  - {"), "not_a_document", id="YAML"),
        pytest.param(
            edit("policy.yaml", AMOUNT, AMOUNT.replace("10", "99")),
            "already_published",
            id="another text under the same first day",
        ),
        pytest.param(
            edit("people.csv", PERSON, "F999,新人,employee,,,F998,,,\n" + PERSON),
            "unknown_subject",
            id="a new employee of an unknown supervisor",
        ),
        pytest.param(
            edit("people.csv", PERSON, "F999,新人,employee,,,F999,,,\n" + PERSON),
            "supervisor_loop",
            id="a new employee who supervises himself",
        ),
        pytest.param(edit("tenant.yaml", "[fines", "[none"), "unknown_plugin", id="no plugin"),
        pytest.param(
            edit("tenant.yaml", "name:", "compliance: {rules: {DEPOSIT: off}}\nname:"),
            "invalid",
            id="a locked rule turned off",
        ),
        pytest.param(
            edit("tenant.yaml", "name:", "compliance: strict\nname:"), "invalid", id="no mode"
        ),
        pytest.param(
            edit("tenant.yaml", "name:", f"payroll: {PAYROLL.replace('工号', '公号')}\nname:"),
            "unknown_column",
            id="a template with a column that there is not",
        ),
    ],
)
def test_a_folder_with_a_fault_is_refused_and_what_is_there_stays(
    folder: Path, owner_url: str, change: Change, answered: str
) -> None:
    stored = contents(owner_url)
    change(folder)
    assert code_of(partial(load_folder, folder)) == answered
    assert contents(owner_url) == stored


def test_what_is_new_in_a_folder_is_added(folder: Path) -> None:
    edit("people.csv", PERSON, "F999,新人,employee,客服部,,F001,2026-01-05,200,\n" + PERSON)(folder)
    edit("policy.yaml", AMOUNT, AMOUNT.replace("10", "99"))(folder)
    edit("policy.yaml", "effective_from: 2017-12-15", "effective_from: 2026-06-01")(folder)
    company = find_company(load_folder(folder))
    before, after = (company.record("一-4", "F999", at=f"2026-0{n}-31") for n in (5, 7))
    assert [item["effects"][0]["quantity"] for item in (before, after)] == ["-10.00", "-99.00"]


@pytest.mark.parametrize(
    ("said", "held"),
    [
        pytest.param("off", Compliance("off"), id="a bare off is no false"),
        pytest.param("block", Compliance("block"), id="a mode"),
        pytest.param(
            "{rules: {FINE: block}}", Compliance("warn", {"FINE": "block"}), id="a rule of its own"
        ),
    ],
)
def test_how_a_company_is_held_follows_its_folder(
    folder: Path, said: str, held: Compliance
) -> None:
    company = find_company(load_folder(folder))
    assert ready.ready(company.id).compliance == Compliance()
    edit("tenant.yaml", "name:", f"compliance: {said}\nname:")(folder)
    load_folder(folder)
    assert anew(company).compliance == held


def test_templates_follow_a_folder_and_stay_when_it_says_none(folder: Path) -> None:
    company = find_company(load_folder(folder))
    for said, revision in ((f"payroll: {PAYROLL}\nname:", 1), ("name:", 1)):
        text = (folder / "tenant.yaml").read_text("utf-8")
        head, name, rest = text.partition("name:")
        (folder / "tenant.yaml").write_text(f"{said}{rest}" if name else head, "utf-8")
        load_folder(folder)
        load_folder(folder)
        view = payroll.read(company.ctx())
        assert view.revision == revision
        assert view.setting.templates["k"].summary == (("employee_no", "职员代码"),)


@pytest.mark.parametrize("name", [pytest.param(name, id=name) for name in NAMES])
def test_demo_keys_open_one_door_for_each_role(name: str) -> None:
    company = load_company(name)
    keys = demo_keys(company.slug)
    asked = {role: access.authenticate(token) for role, token in keys.items()}
    assert {role: ctx.role for role, ctx in asked.items()} == {role: role for role in keys}
    assert set(keys) == {"hr", "supervisor", "employee", "finance", "auditor"}
    assert {ctx.tenant_id for ctx in asked.values()} == {company.id}
    assert [asked[role].subject for role in ("hr", "finance", "auditor")] == [None] * 3
    employee, boss = asked["employee"].subject, asked["supervisor"].subject
    assert employee is not None
    lines = subjects.read(company.ctx(), employee).assignments
    assert [line.supervisor for line in lines] == [boss]


def test_the_command_line_is_said_to_have_loaded_a_folder(folder: Path, owner_url: str) -> None:
    company = find_company(folder.name)
    with owning(owner_url) as connection:
        told = connection.execute(
            "SELECT e.type, count(*), count(e.subject) FROM event e"
            " JOIN actor a ON a.tenant_id = e.tenant_id AND a.id = e.actor_id"
            " WHERE e.tenant_id = %s AND a.kind = 'command' GROUP BY 1 ORDER BY 1",
            [company.id],
        ).fetchall()
    staff = len((folder / "people.csv").read_text().splitlines()) - 1
    assert told == [("policy.published", 1, 0), ("subject.changed", staff, staff)]


def test_folders_that_have_not_changed_are_loaded_at_once() -> None:
    folders = sorted(path.parent for path in ROOT.glob("tenants/*/tenant.yaml"))
    for folder in folders:
        load_folder(folder)
    start = monotonic()
    for folder in folders:
        load_folder(folder)
    assert monotonic() - start < 0.5 * SLOW


def test_a_plugin_that_a_folder_adds_is_known_with_the_next_request(folder: Path) -> None:
    company = find_company(folder.name)
    before = plugins.listing(company.ctx()).items
    new = next(item.plugin.name for item in before if not item.enabled)
    edit("tenant.yaml", "plugins: [", f"plugins: [{new}, ")(folder)
    revision = ready.ready(company.id).revision
    load_folder(folder)
    assert [item.plugin.name for item in plugins.listing(company.ctx()).items if item.enabled] == [
        item.plugin.name for item in before if item.enabled or item.plugin.name == new
    ]
    assert anew(company).revision == revision + 1


def test_thousands_of_people_are_registered_in_seconds(folder: Path) -> None:
    path = folder / "people.csv"
    columns = path.read_text().splitlines()[0]
    assert columns.startswith("code,name,kind,department,position,supervisor,since,day_wage")
    bosses = ["F001", *(f"N{n // 50}" for n in range(1, 2500))]
    rows = [f"N{n},新人,employee,客服部,,{boss},2026-01-05,200" for n, boss in enumerate(bosses)]
    path.write_text("\n".join([path.read_text().rstrip(), *reversed(rows)]) + "\n")
    start = monotonic()
    company = find_company(load_folder(folder))
    assert monotonic() - start < limit(10)
    read = subjects.read(company.ctx(), "N2499")
    assert [line.supervisor for line in read.assignments] == ["N49"]
    assert read.wages is not None
    assert [wage.day_wage for wage in read.wages] == [200]


def test_keys_of_a_company_that_is_not_there() -> None:
    assert code_of(partial(demo_keys, "nobody")) == "unknown_tenant"
    assert "nobody" not in [slug for _, slug in upkeep.tenants()]
