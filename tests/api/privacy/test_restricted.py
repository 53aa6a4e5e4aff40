"""Who is restricted is named to HR, to himself and to who pays him, and to nobody else.

Every list, report and file is read in every role, before he is restricted and after.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.making.office import Caller, Office, add_file, now, open_office, refusal
from tests.making.operations import OPERATIONS, fresh

from shangfa.db.exchange import sending
from shangfa.db.tx.transaction import begin
from shangfa.domain.reports.catalogue import REPORTS
from shangfa.services.access.by_hand import make_key
from shangfa.services.access.sight import seen_by
from shangfa.services.context import Context

MONTH = "2026-03"
DOCUMENT = Path(__file__).parents[3] / "api_specs/openapi.json"
OTHERS = ("finance", "auditor", "supervisor", "employee")
BY_PAY = {
    f"/v1/periods/{MONTH}/{name}" for name in ("lines", "payroll.csv", "detail.csv", "payroll.xlsx")
}
"""What names him to who has to pay him."""
REASON = {"kind": "restriction", "reason": "本人对内容的真实性提出异议"}


def asked(office: Office) -> dict[str, set[str]]:
    """Return every path that is read without the id of something, and who reads it."""
    limited = {
        route
        for route, item in json.loads(DOCUMENT.read_text())["paths"].items()
        if any(one.get("name") == "limit" for one in item.get("get", {}).get("parameters", ()))
    }
    reports = {item["name"] for item in office.hr.get("/v1/reports")["items"]}
    found = {}
    for item in OPERATIONS.values():
        if item.method != "GET" or item.public:
            continue
        many = "?limit=200" if item.route in limited else ""
        for path in ways(item.route, reports):
            more = many.replace("?", "&") if "?" in path else many
            found[path + more] = {role for role in OTHERS if role in item.roles}
    return found


def ways(route: str, reports: set[str]) -> list[str]:
    """Return the paths of a route, none where it wants the id of something."""
    if route == "/v1/reports/{name}":
        asked = {name: f"?month={MONTH}" * ("month" in REPORTS[name].asks) for name in reports}
        return [f"/v1/reports/{name}{asked[name]}" for name in reports]
    if route == "/v1/programmes/{name}/evaluations":
        return ["/v1/programmes/best/evaluations"]
    if route == "/v1/slips.pdf":
        return [f"{route}?month={MONTH}"]
    path = route.replace("{month}", MONTH)
    return [] if "{" in path else [path]


def text_of(caller: Caller, path: str) -> str:
    """Return what is read there, "" for what is refused."""
    answer = caller("GET", path)
    if answer.status_code != 200:
        return ""
    if path.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    return answer.data.decode(errors="replace")


@pytest.fixture(scope="module")
def office() -> Office:
    return open_office()


@pytest.fixture(scope="module")
def somebody(office: Office) -> dict[str, str]:
    """Somebody of whom as much is kept as can be, with what tells of him."""
    code = fresh("QUIET")
    told = {"name": "令狐静默", "department": "客服部", "supervisor": "M", "day_wage": 300}
    office.company.hire(code, first_day="2019-01-01", **told)
    file = add_file(office.hr)
    fined = office.hr.record("f", code, "N", at="2026-03-03", evidence=[file["id"]])
    for _ in range(2):
        office.hr.record("w", code, at=now())
    office.hr.record("d", code, at="2026-03-04")
    case = office.hr.record("f", code, at="2026-03-05", procedure="default")["case"]["id"]
    asked = {"case": case, "what": "交还钥匙", "due_on": "2099-12-31", "role": "finance"}
    assert office.hr("POST", "/v1/follow-ups", asked).status_code == 201
    notice = {"case": fined["case"]["id"], "until": "2027-01-01", "subject": code, "consent": "纸1"}
    assert office.hr("POST", "/v1/notices", notice).status_code == 201
    own = Caller(make_key("employee", office.slug, code, "test"))
    wrong = {"concerns": "部门", "wrong": "仓库", "should_be": "客服部"}
    assert own("POST", "/v1/corrections", wrong).status_code == 201
    inputs = {"period": MONTH, "inputs": {"scores": {code: 99, "F": 80}}}
    assert office.hr("POST", "/v1/programmes/best/evaluate", inputs).status_code == 200
    assert office.hr("POST", f"/v1/periods/{MONTH}/cut-off").status_code == 200
    left = {"first_day": "2019-01-01", "last_day": "2020-01-31"}
    gone = office.company.hire(fresh("QUIET-GONE"), **left)
    return {"code": code, "name": told["name"], "case": case, "incident": fined["id"], "gone": gone}


@contextmanager
def restricted(office: Office, *codes: str) -> Iterator[None]:
    made = [office.hr("POST", "/v1/restrictions", {"subject": code} | REASON) for code in codes]
    try:
        yield
    finally:
        for one in made:
            path = f"/v1/restrictions/{one.get_json()['id']}/lift"
            assert office.hr("POST", path, {"reason": "已核实"}).status_code == 200


def told(office: Office, words: list[str]) -> dict[tuple[str, str], set[str]]:
    """Return (role, path) -> which of some words are read there, where any is."""
    found = {
        (role, path): {word for word in words if word in text_of(office.by(role), path)}
        for path, roles in asked(office).items()
        for role in roles
    }
    return {where: words for where, words in found.items() if words}


def test_nothing_that_is_read_names_who_is_restricted(
    office: Office, somebody: dict[str, str]
) -> None:
    words = list(somebody.values())
    before = told(office, words)
    assert len({path for _, path in before}) >= 20, sorted({path for _, path in before})
    with restricted(office, somebody["code"], somebody["gone"]):
        reads_nothing(office, somebody)


def reads_nothing(office: Office, somebody: dict[str, str]) -> None:
    after = told(office, list(somebody.values()))
    assert {(role, path.partition("?")[0]) for role, path in after} == {
        ("finance", path) for path in BY_PAY
    }, after
    own = text_of(Caller(make_key("employee", office.slug, somebody["code"], "t")), "/v1/notices")
    assert somebody["name"] in own
    for path in ("", "/record", "/wages"):
        about = f"/v1/subjects/{somebody['code']}{path}"
        assert code_of_answer(office.by("auditor"), about) in {"not_found", "forbidden"}
        assert code_of_answer(office.by("finance"), about) in {"restricted", "forbidden"}


def code_of_answer(caller: Caller, path: str) -> str:
    return refusal(caller("GET", path))[1]


def test_files_of_a_month_add_up_whoever_reads_them(
    office: Office, somebody: dict[str, str]
) -> None:
    names = ("payroll.csv", "detail.csv")
    path = f"/v1/periods/{MONTH}"
    whole = {name: rows_of(office.by("finance"), f"{path}/{name}") for name in names}
    with restricted(office, somebody["code"]):
        for name in names:
            assert rows_of(office.by("finance"), f"{path}/{name}") == whole[name]
            assert rows_of(office.hr, f"{path}/{name}") == whole[name]
            seen = rows_of(office.by("auditor"), f"{path}/{name}")
            assert columns(seen) == columns(whole[name]) != {}
            assert [row for row in seen if "—" in row] == seen[-sum("—" in row for row in seen) :]
            assert any("—" in row for row in seen)
        ours = {
            row["subject"] for row in office.by("finance").get(f"{path}/lines?limit=200")["items"]
        }
        theirs = {
            row["subject"] for row in office.by("auditor").get(f"{path}/lines?limit=200")["items"]
        }
        assert ours - theirs == {somebody["code"]}


def rows_of(caller: Caller, path: str) -> list[list[str]]:
    answer = caller("GET", path)
    assert answer.status_code == 200, answer.text
    return [line.split(",") for line in answer.data.decode("utf-8-sig").splitlines()]


def columns(rows: list[list[str]]) -> dict[str, Decimal]:
    """Return what each column of amounts comes to."""
    head, *body = rows
    found = {}
    for place, name in enumerate(head):
        try:
            found[name] = sum((Decimal(row[place]) for row in body if row[place]), Decimal(0))
        except ArithmeticError:
            continue
    return {name: total for name, total in found.items() if total}


def test_no_receiver_is_told_of_who_is_restricted(office: Office, somebody: dict[str, str]) -> None:
    with restricted(office, somebody["code"]):
        office.hr.record("w", somebody["code"], at=now())
        mine = {item["seq"] for item in office.hr.get("/v1/changes?limit=500")["items"]}
        with begin(office.company.id) as tx:
            sent = {item.n for item in sending.told_after(tx, 0, 500)}
        told = office.hr.get("/v1/changes?limit=500")["items"]
    assert {it["seq"] for it in told if somebody["code"] in str(it)} & sent == set()
    assert max(mine) not in sent
    assert {it["seq"] for it in told if it["subject"] == "F"} <= sent


def test_one_who_is_restricted_does_not_make_the_query_long(office: Office) -> None:
    """Everybody else is not listed one by one."""
    for _ in range(20):
        office.company.hire(fresh("MANY"))
    with restricted(office, "F"), begin(office.company.id) as tx:
        tx.kept_out = True
        whom = seen_by(
            tx, Context("auditor", office.company.id, office.company.id), date(2026, 3, 31)
        )
    assert (whom.only, len(whom.but)) == (None, 1)
