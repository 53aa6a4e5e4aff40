"""What is kept about somebody: restricted, held, and made nameless when he has long left."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from tests.making.house import code_of, owning
from tests.making.office import FACTS, Caller, Office, add_file, now, open_office, refusal
from tests.making.operations import fresh
from tests.making.refusals.asked import check

from shangfa.cli.main import main
from shangfa.config import settings
from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.outside.files import fetch
from shangfa.services.access.by_hand import make_key

REASON = {"reason": "本人对内容的真实性提出异议"}
SECRET = "张三丰"


@pytest.fixture(scope="module")
def office() -> Office:
    return open_office()


def restricted(
    office: Office, code: str, kind: str = "restriction", reason: str = REASON["reason"]
) -> str:
    body = {"subject": code, "kind": kind, "reason": reason}
    made = office.hr("POST", "/v1/restrictions", body)
    assert made.status_code == 201, made.text
    return str(made.get_json()["id"])


def lift(office: Office, key: str) -> None:
    done = office.hr("POST", f"/v1/restrictions/{key}/lift", {"reason": "已核实"})
    assert done.status_code == 200, done.text


def test_who_is_restricted_is_read_by_hr_and_himself_alone(office: Office) -> None:
    file = add_file(office.by("supervisor"))
    made = office.by("supervisor").record("l", "E", **FACTS | {"evidence": [file["id"]]})
    case = made["case"]["id"]
    paths = {
        "/v1/subjects/E": ("hr", "supervisor", "employee", "finance", "auditor"),
        "/v1/subjects/E/record": ("hr", "supervisor", "employee", "finance", "auditor"),
        "/v1/subjects/E/wages": ("hr", "finance", "employee"),
        f"/v1/incidents/{made['id']}": TENANT_ROLES[:],
        f"/v1/cases/{case}": TENANT_ROLES[:],
        f"/v1/evidence/{file['id']}": ("hr", "employee", "auditor"),
    }
    kept = {"hr", "employee"}
    before = seen(office, paths)
    key = restricted(office, "E")
    assert seen(office, paths) == {(path, role) for path, role in before if role in kept}
    assert refusal(office.by("auditor")("GET", "/v1/subjects/E")) == (404, "not_found", "")
    assert refusal(office.by("finance")("GET", "/v1/subjects/E")) == (403, "restricted", "")
    assert refusal(office.by("supervisor")("GET", "/v1/subjects/E")) == (404, "not_found", "")
    lift(office, key)
    assert seen(office, paths) == before
    assert {role for _, role in before} == set(TENANT_ROLES)


def seen(office: Office, paths: dict[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    return {
        (path, role)
        for path, roles in paths.items()
        for role in roles
        if office.by(role)("GET", path).status_code == 200
    }


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/v1/subjects?limit=200", id="people"),
        pytest.param("/v1/incidents?limit=200", id="incidents"),
        pytest.param("/v1/cases?limit=200", id="cases"),
        pytest.param("/v1/near", id="who is near"),
        pytest.param("/v1/reports/unrecognised", id="a report of people"),
        pytest.param("/v1/reports/waiting", id="a report of cases"),
    ],
)
def test_no_list_has_who_is_restricted(office: Office, path: str) -> None:
    code = office.company.hire(fresh("QUIET"), supervisor="M")
    cases = [office.hr.record("w", code, at=now())["id"] for _ in range(2)]
    cases.append(office.hr.record("f", code, procedure="default")["case"]["id"])
    auditor = office.by("auditor")

    def names(caller: Caller) -> bool:
        return any(word in str(caller.get(path)) for word in (code, *cases))

    assert names(auditor)
    key = restricted(office, code)
    assert not names(auditor)
    assert names(office.hr) or path.startswith("/v1/reports")
    lift(office, key)
    assert names(auditor)


def test_it_is_told_noted_and_stands_once(office: Office) -> None:
    code = office.company.hire(fresh("R"))
    key = restricted(office, code)
    body = {"subject": code, "kind": "restriction"} | REASON
    check(office.hr("POST", "/v1/restrictions", body), "restriction_stands", 409, "/subject")
    restricted(office, code, "hold")
    [found] = [x for x in office.hr.get("/v1/restrictions?limit=200")["items"] if x["id"] == key]
    assert (found["subject"], found["kind"], found["lifted_at"]) == (code, "restriction", None)
    lift(office, key)
    again = office.hr("POST", f"/v1/restrictions/{key}/lift", {"reason": "再次"})
    check(again, "restriction_lifted", 409)
    standing = office.by("auditor").get("/v1/restrictions?standing=true&limit=200")["items"]
    assert [x["kind"] for x in standing if x["subject"] == code] == ["hold"]
    changes = [x for x in office.hr.get("/v1/changes?limit=500")["items"] if x["subject"] == code]
    assert [x["data"]["fields"] for x in changes[1:]] == [["restricted"], ["restricted"]]
    kinds = [x["kind"] for x in office.hr.get("/v1/audit?limit=500")["items"]]
    assert {"restriction.set", "restriction.lifted"} <= {*kinds}
    assert office.hr.get("/v1/audit/verify")["ok"] is True


def test_nobody_restricts_himself_and_others_restrictions_are_unknown(office: Office) -> None:
    other = open_office()
    key = restricted(other, "E")
    done = office.hr("POST", f"/v1/restrictions/{key}/lift", {"reason": "已核实"})
    assert refusal(done) == (404, "not_found", "")
    own = Caller(make_key("hr", office.slug, "M", "test"))
    body = {"subject": "M", "kind": "hold"} | REASON
    assert refusal(own("POST", "/v1/restrictions", body))[:2] == (403, "same_person")


def gone(office: Office, last: str = "2019-12-31", **more: Any) -> str:
    code = fresh("OLD")
    office.company.hire(code, **{"first_day": "2019-01-01", "last_day": last} | more)
    return code


def listed(office: Office, code: str) -> dict[str, Any]:
    people = office.hr.get("/v1/retention")["people"]
    return next((one for one in people if one["subject"] == code), {})


def forget(office: Office, owner_url: str, *words: str) -> str:
    settings.cache_clear()
    told = {"SHANGFA_OWNER_URL": owner_url}
    done = CliRunner().invoke(main, ["tenants", "forget", office.slug, *words], env=told)
    settings.cache_clear()
    assert done.exit_code == 0, done.output
    return done.output


def with_attributes(office: Office, code: str) -> None:
    """Give somebody an attribute that a policy asks for, and one that none does."""
    for name, kind in (("regular", "bool"), ("birthplace", "text")):
        named = office.hr("PUT", f"/v1/attributes/{name}", {"type": kind, "label": name})
        assert named.status_code == 200, named.text
    office.company.publish(ASKS)
    told = {"attributes": {"regular": False, "birthplace": SECRET}}
    made = office.hr("PUT", f"/v1/subjects/{code}/attributes/2019-01-01", told)
    assert made.status_code == 200, made.text
    facts = {"seen": f"{SECRET}自己说的", "where": "三号门", "minutes": 7, "sort": "乙"}
    assert office.hr.record("r", code, at="2019-06-05", facts=facts)["decision"]["effects"]


def test_who_left_long_ago_is_listed_agreed_to_and_made_nameless(owner_url: str) -> None:
    office = open_office()
    file = add_file(office.hr, name=f"{SECRET}.pdf")
    code = gone(office, name=SECRET, day_wage=200)
    alone = {"note": f"{SECRET}迟到", "evidence": [file["id"]], "facts": {"late": True}}
    case = office.hr.record("l", code, at="2019-06-03", **alone)["case"]["id"]
    no = with_words(office, code, case)
    office.hr.record("f", code, "F", at="2019-06-04", note="两人")
    with_attributes(office, code)
    long_ago(owner_url, office, code)
    before = office.hr.get(f"/v1/subjects/{code}/record")["balances"]
    assert listed(office, code)["due"] is True
    assert forget(office, owner_url, "--dry-run").count("\n") == 1
    agreed = office.hr("POST", "/v1/retention/agreement", {"subjects": [code]})
    assert agreed.status_code == 200, agreed.text
    assert office.hr.get("/v1/audit/verify")["ok"] is True  # sealed before anything is erased
    rows = contents_of(owner_url, office)
    assert f"{code}: subject 1" in forget(office, owner_url, "--dry-run")
    assert contents_of(owner_url, office) == rows
    assert f"{code}: subject 1" in forget(office, owner_url)
    left = contents_of(owner_url, office)
    assert [word for word in (SECRET, "zhang.sanfeng") if word in left] == []
    assert "两人" in left  # F is still somebody
    assert code_of(lambda: fetch(office.company.id, file["sha256"], file["size"]).close())
    assert office.hr.get(f"/v1/subjects/{code}/record")["balances"] == before
    for path in (f"/v1/slips/{no}", f"/v1/slips/{no}.pdf", f"/v1/cases/{case}"):
        assert office.hr("GET", path).status_code == 200, path
    holds_as_before(office, code)
    assert code not in forget(office, owner_url)


ASKS = """
policy: asks
title: 只罚试用人员
clauses:
  - {code: r, title: 试用期迟到, when: {subject.regular: false, where: 三号门}, kind: fines.fixed,
     params: {amount: 7}, facts: {seen: {type: text, kept: true}, where: {type: text, kept: true},
     minutes: {type: int, kept: true}, sort: {type: choice, values: [甲, 乙], kept: true}}}
"""


def holds_as_before(office: Office, code: str) -> None:
    """Figures and chain hold, and nothing says any more who it was."""
    shown = office.hr.get(f"/v1/subjects/{code}")
    assert (shown["name"], shown["wages"]) == ("已匿名", [])
    assert "birthplace" not in shown["attributes"], "only what a policy asks for stays"
    assert office.company.differences() == []
    assert office.hr.get("/v1/audit/verify")["ok"] is True
    log = office.hr.get("/v1/audit?limit=500")["items"]
    assert "subject.anonymised" in {item["kind"] for item in log}
    assert listed(office, code) == {}
    [item] = [it for it in office.hr.get("/v1/incidents?clause=r")["items"] if code in str(it)]
    said = {"seen": "已匿名", "where": "三号门", "minutes": 7, "sort": "乙"}
    assert item["facts"] == said, "a rule reads the place, and figures stay"


def with_words(office: Office, code: str, case: str) -> str:
    """Let him have a slip, a login, a key, mail and a request, all of which name him."""
    slip = office.hr("POST", f"/v1/cases/{case}/slips")
    assert slip.status_code == 200, slip.text
    user = {"login": f"{SECRET}1", "name": SECRET, "role": "employee", "subject": code}
    assert office.hr("POST", "/v1/users", user).status_code == 201
    mail = office.hr(
        "PUT", f"/v1/mailboxes/subjects/{code}", {"email": "zhang.sanfeng@example.com"}
    )
    assert mail.status_code == 200, mail.text
    own = Caller(make_key("employee", office.slug, code, SECRET))
    body = {"concerns": "姓名", "wrong": SECRET, "should_be": SECRET}
    made = own("POST", "/v1/corrections", body).get_json()
    done = {"accepted": False, "reason": f"{SECRET}无误"}
    decided = office.hr("POST", f"/v1/corrections/{made['id']}/decision", done)
    assert decided.status_code == 200, decided.text
    return str(office.hr.get(f"/v1/cases/{case}")["slips"][0]["no"])


def dismissed(office: Office, code: str) -> None:
    """Let somebody else decline a dismissal, with words and a file."""
    case = office.hr.record("d", code, at="2019-06-10")["case"]["id"]
    other = Caller(make_key("hr", office.slug, None, "other"))
    file = add_file(other, name=f"{SECRET}-2.pdf")
    said = {"subject": code, "case": case, "outcome": "declined", "note": f"{SECRET}在医疗期内"}
    made = other("POST", "/v1/dismissals", said | {"evidence": [file["id"]]})
    assert made.status_code == 201, made.text


def long_ago(owner_url: str, office: Office, code: str) -> None:
    """Bring more about somebody, and let all of it be old; what counts last is the last."""
    dismissed(office, code)
    lift(office, restricted(office, code, "hold", f"{SECRET}提起仲裁"))
    made_today(owner_url, office)
    assert listed(office, code)["due"] is False  # what was answered to a dismissal counts too
    made_today(owner_url, office, "dismissal")


def made_today(owner_url: str, office: Office, *more: str) -> None:
    """Let what was recorded today have been decided long ago, as it would have been."""
    columns = (("decision", "decided_at"), ("case_step", "at"), *((name, "at") for name in more))
    with owning(owner_url) as owner:
        for table, column in columns:
            query = f"UPDATE {table} SET {column} = '2019-07-01' WHERE tenant_id = %s"
            owner.execute(query.encode(), (office.company.id,))


def contents_of(owner_url: str, office: Office) -> str:
    """Return all that the database holds of a company."""
    with owning(owner_url) as owner:
        tables = owner.execute(
            "SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE a.attname = 'tenant_id' AND c.relkind = 'r' ORDER BY 1"
        ).fetchall()
        rows = [
            owner.execute(
                f'SELECT row_to_json(r)::text FROM "{table}" r WHERE tenant_id = %s'.encode(),
                (office.company.id,),
            ).fetchall()
            for (table,) in tables
        ]
    return json.dumps(rows, ensure_ascii=False, default=str)


@pytest.mark.parametrize(
    ("holds", "what"),
    [
        pytest.param("hold", lambda office, code: restricted(office, code, "hold"), id="a hold"),
        pytest.param(
            "case_open deadline_open",
            lambda office, code: office.hr.record("f", code, at="2019-06-03", procedure="default"),
            id="an open case",
        ),
        pytest.param(
            "correction_open",
            lambda office, code: Caller(make_key("employee", office.slug, code, "t"))(
                "POST",
                "/v1/corrections",
                {"concerns": "部门", "wrong": "仓库", "should_be": "客服部"},
            ),
            id="an open request",
        ),
    ],
)
def test_what_is_held_does_not_go(
    office: Office, owner_url: str, holds: str, what: Callable[[Office, str], Any]
) -> None:
    code = gone(office)
    agreed = office.hr("POST", "/v1/retention/agreement", {"subjects": [code]})
    assert agreed.status_code == 200
    what(office, code)  # after HR agreed, before it is done
    found = listed(office, code)
    assert (found["holds"], found["due"], found["agreed"]) == (holds.split(), False, True)
    assert f" {code}:" not in forget(office, owner_url)
    again = office.hr("POST", "/v1/retention/agreement", {"subjects": [code]})
    check(again, "retention_held", 409, "/subjects/0")


@pytest.mark.parametrize(
    ("region", "years"),
    [
        pytest.param(None, 2, id="nowhere said"),
        pytest.param("440300", 3, id="Shenzhen"),
        pytest.param("440305", 3, id="a district of Shenzhen"),
        pytest.param("440100", 2, id="elsewhere in its province"),
        pytest.param("610100", 3, id="Shaanxi"),
    ],
)
def test_records_of_wages_are_kept_as_long_as_the_law_of_the_place_says(
    office: Office, region: str | None, years: int
) -> None:
    code = gone(office, last="2019-02-28", day_wage=200)
    if region:
        wage = {"day_wage": "200", "work_region": region}
        set_wage = office.hr("PUT", f"/v1/subjects/{code}/wages/2019-01-01", wage)
        assert set_wage.status_code in {200, 201}, set_wage.text
    found = listed(office, code)
    assert (found["years"], found["left_on"]) == (years, "2019-02-28")
    assert found["due_on"] == date(2019 + years, 2, 28).isoformat()


def test_who_left_lately_is_not_due_and_the_company_keeps_longer_if_it_likes() -> None:
    office = open_office()
    lately, forever = gone(office, "2025-12-31"), gone(office, last_day=None)
    assert listed(office, lately)["due"] is False
    assert listed(office, forever) == {}
    again = office.hr("POST", "/v1/retention/agreement", {"subjects": [lately]})
    check(again, "retention_held", 409, "/subjects/0")
    check(office.hr("PUT", "/v1/retention", {"years": 1}), "retention_short", 422, "/years")
    assert office.hr("PUT", "/v1/retention", {"years": 10}).get_json()["years"] == 10
    assert listed(office, lately)["due_on"] == "2035-12-31"
    wrong = office.hr("POST", "/v1/retention/agreement", {"subjects": [forever]})
    assert refusal(wrong) == (409, "retention_held", "/subjects/0")
    assert "still here" in wrong.get_json()["detail_en"]
    nobody = office.hr("POST", "/v1/retention/agreement", {"subjects": ["nobody"]})
    assert refusal(nobody) == (422, "unknown_subject", "/subjects/0")


def test_old_files_of_people_and_logs_of_deliveries_go_with_their_ages(owner_url: str) -> None:
    office = open_office()
    for name in ("I-old", "I-new"):
        sheet = f"code,name\n{name},{SECRET}\n"
        office.hr("POST", "/v1/imports?kind=subjects&dry_run=true", sheet, Content_Type="text/csv")
    with owning(owner_url) as owner:
        owner.execute(
            "UPDATE import_file SET received_at = '2019-01-01' WHERE tenant_id = %s"
            " AND position('I-old' IN convert_from(body, 'UTF8')) > 0",
            (office.company.id,),
        )
    assert "import_file 1" in forget(office, owner_url, "--dry-run")
    assert "import_file 1" in forget(office, owner_url)
    assert forget(office, owner_url) == f"{office.slug} -: 0\n"
