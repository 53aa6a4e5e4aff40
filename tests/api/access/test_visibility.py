"""What each role reads of the same incidents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from tests.making.house import incident
from tests.making.office import FACTS, Caller, Office, now, open_office

from shangfa.services.access.by_hand import make_key

SECRETS = ("前台看见的", "照片-7", "late", "HR-7")
MONEY = {"fine", "reward", "compensation", "donation", "cost", "refund", "wage", "bonus"}


@pytest.fixture(scope="module")
def shared(office: Office) -> dict[str, Any]:
    """One incident of E and F together: a fine of 5 each, with facts, note and evidence."""
    return office.hr.record("l", "E", "F", external_id="HR-7", **FACTS)


@pytest.fixture(scope="module")
def marked(office: Office) -> dict[str, Any]:
    """A minor demerit of E and F together: each one's supervisor bears a warning."""
    return office.hr.record("m", "E", "F")


def by(office: Office, who: str) -> Caller:
    """Return the caller of a role, or of a person by code."""
    known = {"F": "employee", "N": "supervisor"}
    if who in known:
        return Caller(make_key(known[who], office.slug, who, "test"))
    return office.by(who)


def subjects_in(view: Any) -> set[str]:
    """Return every subject an incident's view names."""
    if isinstance(view, Mapping):
        own = {view["subject"]} if isinstance(view.get("subject"), str) else set()
        listed = set(view.get("subjects", ()))
        return own.union(listed, *map(subjects_in, view.values()))
    if isinstance(view, list):
        return set().union(*map(subjects_in, view))
    return set()


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        pytest.param("hr", {"E", "F", "M", "N"}, id="HR sees everybody"),
        pytest.param("auditor", {"E", "F", "M", "N"}, id="an auditor sees everybody"),
        pytest.param("employee", {"E"}, id="an employee himself only"),
        pytest.param("F", {"F"}, id="the other employee himself only"),
        pytest.param("supervisor", {"E", "M"}, id="a supervisor his report and himself"),
        pytest.param("N", {"F", "N"}, id="the other supervisor his"),
    ],
)
def test_a_shared_incident_shows_each_only_what_concerns_him(
    office: Office, marked: dict[str, Any], who: str, seen: set[str]
) -> None:
    read = by(office, who).get(f"/v1/incidents/{marked['id']}")
    assert subjects_in(read) == seen
    listed = by(office, who).get("/v1/incidents?limit=200")["items"]
    assert [item for item in listed if item["id"] == marked["id"]] == [read]


@pytest.mark.parametrize("who", [pytest.param(who, id=who) for who in ("employee", "supervisor")])
def test_sentences_about_others_are_left_out(
    office: Office, marked: dict[str, Any], who: str
) -> None:
    whole = office.hr.get(f"/v1/incidents/{marked['id']}")["decision"]["trace"]
    seen = by(office, who).get(f"/v1/incidents/{marked['id']}")["decision"]["trace"]
    hidden = {"employee": {"F", "M", "N"}, "supervisor": {"F", "N"}}[who]
    assert seen == [line for line in whole if line.get("subject") not in hidden]
    assert seen != whole


def test_finance_reads_money_without_facts_notes_and_trace(
    office: Office, shared: dict[str, Any], marked: dict[str, Any]
) -> None:
    finance = office.by("finance")
    read = finance("GET", f"/v1/incidents/{shared['id']}")
    assert not [word for word in SECRETS if word in read.text]
    decision = read.get_json()["decision"]
    assert {item["quantity"] for item in decision["effects"]} == {"-5.00"}
    assert [name for name, said in decision.items() if said] == ["policy", "effects"]
    assert finance("GET", f"/v1/incidents/{marked['id']}").status_code == 404
    record = finance.get("/v1/subjects/E/record")
    assert set(record) == {"subject", "balances", "statements"}
    assert {item["account"] for item in record["balances"]} <= MONEY


def test_finance_reads_no_incidents_facts_in_the_list(
    office: Office, shared: dict[str, Any], marked: dict[str, Any]
) -> None:
    listed = office.by("finance")("GET", "/v1/incidents?limit=200")
    assert shared["id"] in listed.text
    assert marked["id"] not in listed.text
    assert not [word for word in SECRETS if word in listed.text]


@pytest.mark.parametrize(
    "who",
    [
        pytest.param("employee", id="an employee"),
        pytest.param("supervisor", id="a supervisor"),
    ],
)
def test_an_incident_of_others_is_not_found(office: Office, who: str) -> None:
    other = office.hr.record("f", "F")
    caller = by(office, who)
    response = caller("GET", f"/v1/incidents/{other['id']}")
    unknown = caller("GET", f"/v1/incidents/{UUID(int=7)}")
    assert (response.status_code, response.get_json()["code"]) == (404, "not_found")
    assert without_place(response) == without_place(unknown)
    assert other["id"] not in caller("GET", "/v1/incidents?limit=200").text


def without_place(response: Any) -> Any:
    return {key: value for key, value in response.get_json().items() if key != "instance"}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        pytest.param("employee", {"E"}, id="an employee sees himself"),
        pytest.param("supervisor", {"E", "M"}, id="a supervisor his report and himself"),
        pytest.param("N", {"F", "N"}, id="the other supervisor his"),
        pytest.param("hr", {"E", "F", "M", "N"}, id="HR sees everybody"),
        pytest.param("finance", {"E", "F", "M", "N"}, id="finance sees everybody"),
        pytest.param("auditor", {"E", "F", "M", "N"}, id="an auditor sees everybody"),
    ],
)
def test_people_and_their_records(office: Office, who: str, seen: set[str]) -> None:
    caller = by(office, who)
    assert {item["code"] for item in caller.get("/v1/subjects")["items"]} == seen
    for code in ("E", "F", "M", "N", "X"):
        for path in (f"/v1/subjects/{code}", f"/v1/subjects/{code}/record"):
            expected = 200 if code in seen else 404
            assert caller("GET", path).status_code == expected, (who, path)


@pytest.mark.parametrize(
    ("who", "path", "seen"),
    [
        pytest.param("hr", "/v1/subjects/E", True, id="HR"),
        pytest.param("finance", "/v1/subjects/E", True, id="finance"),
        pytest.param("employee", "/v1/subjects/E", True, id="the employee himself"),
        pytest.param("supervisor", "/v1/subjects/E", False, id="his supervisor"),
        pytest.param("auditor", "/v1/subjects/E", False, id="an auditor"),
    ],
)
def test_who_reads_a_wage(office: Office, who: str, path: str, seen: bool) -> None:  # noqa: FBT001
    assert ("wages" in by(office, who).get(path)) == seen


@pytest.mark.parametrize(
    ("who", "subject", "status"),
    [
        pytest.param("supervisor", "E", 201, id="of his report"),
        pytest.param("supervisor", "F", 422, id="of somebody else's report"),
        pytest.param("supervisor", "M", 422, id="of himself"),
        pytest.param("supervisor", "X", 422, id="of nobody"),
    ],
)
def test_a_supervisor_records_incidents(
    office: Office, who: str, subject: str, status: int
) -> None:
    response = by(office, who)("POST", "/v1/incidents", incident("w", subject))
    assert response.status_code == status
    if status == 422:
        assert response.get_json()["code"] == "unknown_subject"
        assert response.get_json()["errors"][0]["pointer"] == "/subject"


@pytest.mark.parametrize(
    ("subject", "status"),
    [
        pytest.param("E", 200, id="himself"),
        pytest.param("F", 422, id="a colleague"),
        pytest.param("X", 422, id="nobody"),
    ],
)
def test_an_employee_may_ask_what_would_follow_for(
    office: Office, subject: str, status: int
) -> None:
    response = office.by("employee")("POST", "/v1/assessments", incident("m", subject))
    assert response.status_code == status
    if status == 200:
        assert subjects_in(response.get_json()) == {"E"}


@pytest.fixture(scope="module")
def moving() -> tuple[Office, dict[str, str]]:
    """E reported to M until the end of May and to N since; one demerit of each time."""
    office = open_office()
    office.company.move("E", "N", "2026-06-01")
    days = {"under M": "2026-05-31", "under N": "2026-06-01"}
    return office, {name: office.hr.record("m", "E", at=day)["id"] for name, day in days.items()}


@pytest.mark.parametrize(
    ("who", "when", "status"),
    [
        pytest.param("supervisor", "under M", 200, id="the old one, the last day before"),
        pytest.param("supervisor", "under N", 404, id="the old one, the first day after"),
        pytest.param("N", "under M", 404, id="the new one, the last day before"),
        pytest.param("N", "under N", 200, id="the new one, the first day after"),
    ],
)
def test_a_supervisor_sees_his_reports_as_of_the_incidents_day(
    moving: tuple[Office, dict[str, str]], who: str, when: str, status: int
) -> None:
    office, ids = moving
    caller = by(office, who)
    assert caller("GET", f"/v1/incidents/{ids[when]}").status_code == status
    listed = [item["id"] for item in caller.get("/v1/incidents")["items"]]
    assert (ids[when] in listed) == (status == 200)


@pytest.mark.parametrize(
    ("who", "day", "status"),
    [
        pytest.param("supervisor", "2026-05-31", 201, id="the old one, the last day before"),
        pytest.param("supervisor", "2026-06-01", 422, id="the old one, the first day after"),
        pytest.param("N", "2026-05-31", 422, id="the new one, the last day before"),
        pytest.param("N", "2026-06-01", 201, id="the new one, the first day after"),
    ],
)
def test_a_supervisor_records_as_of_the_incidents_day(
    moving: tuple[Office, dict[str, str]], who: str, day: str, status: int
) -> None:
    office, _ = moving
    assert (
        by(office, who)("POST", "/v1/incidents", incident("f", "E", at=day)).status_code == status
    )


def test_a_supervisor_does_not_learn_what_another_one_bears() -> None:
    """Back-dated under M, the roll-up falls on a day under N."""
    office = open_office()
    office.company.move("E", "N", "2026-05-20")
    for day in ("2026-05-21", "2026-05-22"):
        office.hr.record("w", "E", at=day)
    answer = office.by("supervisor").record("w", "E", at="2026-05-02")
    assert subjects_in(answer) == {"E"}
    whole = office.hr.get(f"/v1/incidents/{answer['id']}")
    assert subjects_in(whole) == {"E", "N"}
    assert office.company.balances("N") == {"warning": 1}


def test_a_supervisor_does_not_learn_by_asking_what_another_one_would_bear() -> None:
    office = open_office()
    office.company.move("E", "N", "2026-05-20")
    for day in ("2026-05-21", "2026-05-22"):
        office.hr.record("w", "E", at=day)
    body = incident("w", "E", at="2026-05-02")
    answer = office.by("supervisor")("POST", "/v1/assessments", body)
    assert (answer.status_code, subjects_in(answer.get_json())) == (200, {"E"})


def test_near_shows_a_supervisor_his_reports_only(office: Office) -> None:
    for code in ("E", "F"):
        office.hr.record("w", code, at=now())
    seen = {item["subject"] for item in office.by("supervisor").get("/v1/near?gap=3")["items"]}
    assert seen == {"E"}
    assert {"E", "F"} <= {item["subject"] for item in office.hr.get("/v1/near?gap=3")["items"]}


def test_a_number_of_somebody_elses_incident_tells_a_supervisor_nothing(office: Office) -> None:
    """An external id is unique among those of the same sender: nobody meets what he may not see."""
    taken = {"external_id": "HR-scope-7"}
    first = office.hr("POST", "/v1/incidents", incident("w", "F") | taken)
    again = office.hr("POST", "/v1/incidents", incident("w", "E") | taken)
    other = office.by("supervisor")("POST", "/v1/incidents", incident("w", "E") | taken)
    twice = office.by("supervisor")("POST", "/v1/incidents", incident("w", "E") | taken)
    assert [answer.status_code for answer in (first, again, other, twice)] == [
        201,
        409,
        201,
        409,
    ], first.text
    assert twice.get_json()["errors"][0]["pointer"] == "/external_id"
    assert "HR-scope-7" in twice.get_json()["detail_en"]


def test_a_filter_sees_only_what_the_asker_sees(office: Office) -> None:
    office.hr("POST", "/v1/incidents", incident("w", "E", "F"))
    for who, asked in (("employee", "F"), ("supervisor", "F")):
        assert by(office, who).get(f"/v1/incidents?subject={asked}")["items"] == []
