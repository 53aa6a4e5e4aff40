"""The recipes of the documents do what they say, as programs of their own in both languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.making.house import ROOT
from tests.making.office import Office, open_office

RECIPES = ROOT / "docs/recipes"
LONGEST = 60
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(
    scope="module",
    params=[
        "py",
        pytest.param("ts", marks=[pytest.mark.node, pytest.mark.slow]),
    ],
)
def program(request: pytest.FixtureRequest) -> Callable[[str], list[str]]:
    """How a recipe is started, by its name, in one language after the other."""
    if request.param == "py":
        return lambda name: [sys.executable, "-W", "error", str(RECIPES / f"{name}.py")]
    compiled: Path = request.getfixturevalue("javascript")
    return lambda name: ["node", str(compiled / f"{name}.js")]


@pytest.fixture(scope="module")
def office(program: object) -> Office:
    """A company for each language."""
    assert program
    return open_office()


@pytest.fixture
def run(program: Callable[[str], list[str]], url: str, office: Office) -> Run:
    """Run a recipe with somebody's key."""

    def started(
        name: str, *words: str, role: str = "hr", stdin: str = "", **more: str
    ) -> subprocess.CompletedProcess[str]:
        key = office.by(role).key
        assert key is not None
        return subprocess.run(
            [*program(name), *words],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "SHANGFA_URL": url, "SHANGFA_KEY": key, "PYTHONUTF8": "1", **more},
        )

    return started


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.[pt][ys]")), ids=lambda path: path.name)
def test_a_recipe_is_short(path: object) -> None:
    text = (RECIPES / str(path)).read_text(encoding="utf-8")
    assert text.count("\n") < LONGEST


def test_an_attendance_machine(run: Run, office: Office) -> None:
    came = ("E,2026-03-02 09:07", "F,2026-03-02 08:55", "E,2026-03-03 09:01", "X,2026-03-03 10:00")
    punches = "".join(f"{line}\n" for line in ("工号,时间", *came))
    first = run("attendance", stdin=punches, CLAUSE="p")
    said = [line.split(" ", 3) for line in first.stdout.splitlines()]
    assert [(line[:3]) for line in said] == [
        ["E", "2026-03-02", "7"],
        ["E", "2026-03-03", "1"],
        ["X", "2026-03-03", "60"],
    ]
    assert [line[3] for line in said[:2]] == ["已登记"] * 2
    assert "X" in said[2][3]
    assert office.company.balances("E")["CNY"] == -16
    more = punches + "E,2026-03-04 09:02\n"
    assert run("attendance", stdin=punches, CLAUSE="p").stdout == first.stdout
    again = run("attendance", stdin=more, CLAUSE="p")
    assert again.stdout.splitlines()[-1].endswith("2 已登记")
    assert office.company.balances("E")["CNY"] == -20


def test_a_ticket_system(run: Run, office: Office) -> None:
    tickets = [
        {"ticket": f"T-{n}", "agent": who, "kind": "rude", "closed": "2026-03-05T10:00:00+08:00"}
        for n, who in ((1, "F"), (2, "F"), (3, "nobody"))
    ]
    stdin = "\n".join(map(json.dumps, tickets))
    clauses = json.dumps({"rude": "f"})
    done = run("tickets", stdin=stdin, CLAUSES=clauses)
    assert done.returncode == 1
    assert done.stdout.splitlines() == ["T-1 已登记 -20.00", "T-2 已登记 -20.00"]
    assert done.stderr.startswith("T-3 ")
    again = run("tickets", stdin=stdin, CLAUSES=clauses)
    assert again.stdout == done.stdout  # the same keys are answered the same
    assert office.company.balances("F")["CNY"] == -40


def test_payroll_pulls_a_month_that_is_locked(run: Run, office: Office) -> None:
    office.hr.record("f", "F", at="2025-05-05")
    early = run("payroll", "2025-05", role="finance")
    assert (early.returncode, early.stdout) == (1, "")
    for step, roles in (("cut-off", ["hr"]), ("reconcile", ["hr"]), ("lock", ["hr", "finance"])):
        for role in roles:
            assert office.by(role)("POST", f"/v1/periods/2025-05/{step}").status_code == 200
    done = run("payroll", "2025-05", role="finance")
    assert done.returncode == 0, done.stderr
    rows = [line.split(",") for line in done.stdout.splitlines()]
    allowed = office.hr.get("/v1/periods/2025-05/lines?subject=F")["items"][0]["allowed"]
    assert rows == [["工号", "项目", "金额"], *[["F", "fine", allowed]] * (float(allowed) != 0)]
    assert office.hr.get("/v1/periods/2025-05")["state"] == "exported"
    assert run("payroll", "2025-05", role="finance").stdout == done.stdout


def test_a_chat_bot_warns_in_time(run: Run, office: Office) -> None:
    today = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()
    office.hr.record("w", "E", at=today)
    assert run("chatbot", "E", role="employee").stdout == ""
    office.hr.record("w", "E", at=today)
    for role in ("employee", "hr"):
        said = run("chatbot", "E", role=role)
        assert said.stdout.startswith(f"E，您在{today[:7]}已有2次警告；再有1次"), said.stderr
        assert "小过" in said.stdout
