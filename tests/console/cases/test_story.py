"""Five roles run a case from its record to a locked month, over forms only."""

from __future__ import annotations

from tests.making.browser import Tab, signed_in
from tests.making.story import Story

MONTH = "/console/months/2026-08"


def test_five_roles_bring_a_case_into_a_locked_month(story: Story) -> None:
    names = ("leader", "employee", "hr", "finance", "auditor")
    leader, employee, hr, finance, auditor = (signed_in(story.people[name].key) for name in names)
    case = recorded(leader)
    heard(employee, case)
    slip = approved_and_served(hr, case)
    assert hr.client.get(slip).data.startswith(b"%PDF")
    hr.get(MONTH)
    for step in ("cut-off", "reconcile", "lock"):
        hr.press(step)
    finance.get(MONTH)
    finance.press("lock")
    assert story.finance.get("/v1/periods/2026-08")["state"] == "locked"
    read = auditor.get(MONTH)
    assert "已锁定" in read.text
    assert "-20.00" in read.text
    assert steps(auditor) == set()
    assert auditor.client.get(f"{MONTH}/payroll.csv", buffered=True).status_code == 200


def recorded(leader: Tab) -> str:
    """Record a fine by name and by words; return the path of its case."""
    leader.get("/console/incidents/new")
    leader.press("look", subject="E", clause="罚款")
    assert "酌情罚款" in leader.read.text
    leader.press("rules|f", name="pick_clause")
    shown = leader.press("preview", occurred_at="2026-08-31", note="迟到一小时")
    assert "-20.00" in shown.text
    leader.press("record")
    assert "申辩" in leader.read.heading
    return leader.path


def heard(employee: Tab, case: str) -> None:
    """Let the one it concerns find it, say something, and not approve it."""
    assert case in employee.get("/console/me").links
    employee.get(case)
    employee.press("defend", note="当时在处理客户")
    assert "approve" not in steps(employee)


def approved_and_served(hr: Tab, case: str) -> str:
    """Approve and serve what waits; return the path of the slip on paper."""
    assert case in hr.get("/console/").links
    hr.get(case)
    assert {"approve", "reject", "return"} <= steps(hr)
    hr.press("approve", note="属实")
    hr.press("serve", method="direct")
    assert "生效" in hr.read.heading
    return next(link for link in hr.read.links if link.endswith(".pdf"))


def steps(tab: Tab) -> set[str]:
    """Return the steps that a page offers."""
    return {value for form in tab.read.forms for name, value in form.buttons if name == "step"}
