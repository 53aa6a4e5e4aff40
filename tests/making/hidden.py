"""A case that only its handler sees, and all that might tell of it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.making.files import PDF
from tests.making.story import app, open_story

OTHERS = ("hr", "hr2", "auditor", "finance", "boss", "leader", "other", "operator")
SECRET = "会后骚扰"
MONTH = "2026-08"


class Hidden:
    """A company with a confidential case of E, recorded by W and handled by W and X of HR alone.

    Two more handle it who lead nobody: Y with a supervisor's key, Z with an employee's.

    Attributes:
        marks: what names the confidential case in an answer.
        paths: every address that might tell of it.
    """

    def __init__(self) -> None:
        self.story = story = open_story()
        for code in ("W", "X", "Y", "Z"):
            story.company.hire(code)
        recorder = story.add("recorder", "hr", "W")
        self.handler = story.add("handler", "hr", "X")
        story.add("supervising", "supervisor", "Y")
        story.add("employed", "employee", "Z")
        self.evidence = recorder.hand_in(PDF + b"%secret", "x.pdf")
        said = recorder.record(
            "f", "E", at="2026-08-31", handlers=[*"WXYZ"], note=SECRET, evidence=[self.evidence]
        )
        self.case, self.incident = said["case"]["id"], said["id"]
        self.handler.take(self.case, "defend", evidence=["面谈记录"])

    def end(self) -> None:
        """Bring the case into force: it has a slip, postings and a line of a month."""
        self.handler.take(self.case, "approve", note="属实")
        served = self.handler.take(self.case, "serve", method="direct")
        (slip,) = served["slips"]
        self.slip = slip["no"]
        for path in (f"cases/{self.case}/evidence-pack.zip", f"evidence/{self.evidence}"):
            assert self.handler("GET", f"/v1/{path}").status_code == 200
        assert self.story.hr("POST", f"/v1/periods/{MONTH}/cut-off").status_code == 200
        for path in (f"cases/{self.case}/evidence-pack.zip", f"evidence/{self.evidence}"):
            assert self.handler("GET", f"/v1/{path}").status_code == 200  # the audit log has both

    def paths(self) -> Iterator[str]:
        """Yield every address that is read, as the OpenAPI document lists them."""
        spec = app().test_client().get("/openapi.json").get_json()["paths"]
        values = {
            "case_id": self.case,
            "incident_id": self.incident,
            "no": self.slip,
            "evidence_id": self.evidence,
            "month": MONTH,
            "code": "E",
            "name": "fines",
            "partner": "E",
            "slug": self.story.company.slug,
        }
        for path, item in spec.items():
            if "get" not in item:
                continue
            if any(
                f"{{{name}}}" in path
                for name in ("policy_id", "import_id", "notice_id", "webhook_id")
            ):
                continue
            yield path.format(**values) + ("?limit=200" if path.count("{") == 0 else "")

    def marks(self) -> list[str]:
        """Return what names the case."""
        return [self.case, self.incident, self.slip, self.evidence, SECRET, "面谈记录"]
