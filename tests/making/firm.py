"""The pages of the console, who may look at each, and a company with something on all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tests.making.files import PDF
from tests.making.story import RULES, Story

from shangfa.domain.access.roles import OPERATOR, TENANT_ROLES

MARKUP: Final = "<script>alert('赏')</script>\"'><b x=1>"
READS: Final = frozenset(TENANT_ROLES)
OFFICE: Final = frozenset({"hr", "finance", "auditor"})
STAFF: Final = frozenset({"hr", "supervisor", "employee", "auditor"})
PAGES: Final[Mapping[str, frozenset[str]]] = {
    "/console/": READS | {OPERATOR},
    "/console/incidents": READS,
    "/console/incidents/new": frozenset({"hr", "supervisor"}),
    "/console/cases": READS,
    "/console/cases/{case}": READS,
    "/console/cases/{waiting}": STAFF,
    "/console/cases/{case}/evidence-pack.zip": STAFF,
    "/console/cases/{case}/follow-ups": frozenset({"hr"}),
    "/console/cases/{case}/liftings": frozenset({"hr"}),
    "/console/corrections": STAFF,
    "/console/corrections?state=asked": STAFF,
    "/console/privacy": frozenset({"hr", "auditor"}),
    "/console/privacy?standing=false": frozenset({"hr", "auditor"}),
    "/console/approvals": frozenset({"hr", "auditor"}),
    "/console/calendar": READS,
    "/console/settings": frozenset({"hr", "auditor"}),
    "/console/dismissals": STAFF,
    "/console/dismissals?state=proposed": STAFF,
    "/console/dismissals/case/{dismissed}?subject=E": STAFF,
    "/console/dismissals/case/{case}?subject=E": frozenset(),
    "/console/dismissals/case/{dismissed}": frozenset(),
    "/console/follow-ups": frozenset({"hr", "auditor"}),
    "/console/follow-ups?open=true": frozenset({"hr", "auditor"}),
    "/console/follow-ups/{todo}": OFFICE | {"employee"},
    "/console/evidence/{file}": STAFF,
    "/console/slips/{slip}": READS,
    "/console/slips/{slip}.pdf": READS,
    "/console/people": READS,
    "/console/people/E": READS,
    "/console/people/B": OFFICE,
    "/console/people/new": frozenset({"hr"}),
    "/console/people/E/change": frozenset({"hr", "finance"}),
    "/console/reports": OFFICE,
    "/console/reports/overdue": frozenset({"hr", "auditor"}),
    "/console/reports/overdue.csv": frozenset({"hr", "auditor"}),
    "/console/reports/nothing": frozenset(),
    "/console/imports": frozenset({"hr"}),
    "/console/imports/subjects.csv": frozenset({"hr"}),
    "/console/imports/nothing.csv": frozenset(),
    "/console/users": frozenset({"hr"}),
    "/console/webhooks": frozenset({"hr", "auditor"}),
    "/console/webhooks/{webhook}": frozenset({"hr", "auditor"}),
    "/console/me": frozenset({"supervisor", "employee"}),
    "/console/me/data.json": READS,
    "/console/insight": frozenset({"hr", "auditor"}),
    "/console/insight/trends.csv": frozenset({"hr", "auditor"}),
    "/console/near": frozenset({"hr", "supervisor", "auditor"}),
    "/console/policies": READS,
    "/console/policies/{policy}": READS,
    "/console/policies/{policy}/1": READS,
    "/console/policies/{policy}/2/diff": READS,
    "/console/policies/{policy}/2/replay": frozenset({"hr"}),
    "/console/policies/{policy}/2/edit": frozenset({"hr"}),
    "/console/payroll": OFFICE,
    "/console/people/E/payroll": frozenset({"hr", "finance", "employee"}),
    "/console/months": OFFICE,
    "/console/months/2026-08": OFFICE,
    "/console/months/0001-01": OFFICE,
    "/console/months/9999-12": OFFICE,
    "/console/months/2026-08/payroll.csv": OFFICE,
    "/console/tenants": frozenset({OPERATOR}),
    "/console/plugins": READS | {OPERATOR},
    "/console/password": READS | {OPERATOR},
    "/console/nowhere": frozenset(),
}
"""Page -> who may look at it; all others are told that they may not, or that it is not there."""
ROLES: Final = (*TENANT_ROLES, OPERATOR)


@dataclass(frozen=True)
class Firm:
    """A company with something on every page, and a key for each role."""

    story: Story
    keys: Mapping[str, str]
    ids: Mapping[str, str]

    def path(self, page: str) -> str:
        """Return a page's address in this company."""
        return page.format(**self.ids)


YAML: Final = {"Content_Type": "application/yaml"}


def next_version() -> bytes:
    """Return the rules with another fine, from a later day on."""
    changed = RULES.replace("amount: 20", "amount: 25").replace("2000-01-01", "2027-01-01")
    return changed.encode()


def open_firm(story: Story) -> Firm:
    """One fine in force with its slip and a file, one that waits, a month that is settled.

    And a dismissal that is only proposed, and something for E to do.
    """
    file = story.hr.hand_in(PDF, "证据.pdf")
    said = story.leader.record("f", "E", at="2026-08-31", note=MARKUP, evidence=[file, MARKUP])
    case = str(said["case"]["id"])
    story.employee.take(case, "defend", note=MARKUP)
    story.hr.take(case, "approve", note=MARKUP)
    slip = story.hr.take(case, "serve", method="other", note=MARKUP)["slips"][0]["no"]
    waiting = str(story.leader.record("w", "E", at="2026-08-31")["case"]["id"])
    said = story.leader.record("d", "E", at="2026-08-30", procedure="immediate")
    dismissed = str(said["case"]["id"])
    wish = {"case": case, "what": MARKUP, "due_on": "2099-10-01", "person": "E"}
    todo = story.hr("POST", "/v1/follow-ups", wish)
    assert todo.status_code == 201, todo.text
    for step in ("cut-off", "reconcile"):
        assert story.hr("POST", f"/v1/periods/2026-08/{step}").status_code == 200
    policy = story.hr.get("/v1/policies")["items"][0]["id"]
    again = story.hr("POST", f"/v1/policies/{policy}/versions", next_version(), **YAML)
    assert again.status_code == 201, again.text
    said = {"url": "https://93.184.216.34/shangfa", "events": ["case.moved"]}
    made = story.hr("POST", "/v1/webhooks", said)
    assert made.status_code == 201, made.text
    ids = {
        "webhook": made.get_json()["id"],
        "case": case,
        "waiting": waiting,
        "dismissed": dismissed,
        "todo": todo.get_json()["id"],
        "file": file,
        "slip": slip,
        "policy": policy,
    }
    names = {"supervisor": "leader", "employee": "employee"}
    keys = {role: story.people[names.get(role, role)].key for role in TENANT_ROLES}
    return Firm(story, keys | {OPERATOR: story.operator.key}, ids)
