"""Hand-made inputs of rough use, each sent to a running server: refused in our words, never 500."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import pytest
from tests.making.house import incident, serving
from tests.making.office import HOUSE, Office, open_office
from tests.making.web import Web, running

from shangfa.services.access.by_hand import make_key

pytestmark = pytest.mark.serve

CJK = re.compile("[\u4e00-\u9fff]")
LIBRARIES = re.compile(
    r"Field may|Not a valid|Missing data|Unknown field|Decimal\(|Traceback|psycopg|Exception"
)
"""English of libraries, or what no reader wants to see."""
JSON = "application/json"
YAML = "application/yaml"
SECONDS = 5.0
"""What a refusal may take on a busy machine; what was seen took minutes."""


@dataclass(frozen=True)
class Rough:
    """An input with what becomes of it.

    Attributes:
        status: all that it may be answered with.
        code: of the first fault, "" for any.
        says: what the Chinese or the English sentence has.
    """

    path: str
    body: Any = None
    status: tuple[int, ...] = (422,)
    code: str = ""
    says: str = ""
    method: str = "POST"
    role: str = "hr"
    kind: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def recorded(code: str = "", *status: int, says: str = "", **more: Any) -> Rough:
    """An incident of E."""
    body = incident("f", "E") | more
    return Rough("/v1/incidents", body, status or (422,), code, says=says)


def raw(text: bytes, *status: int, code: str = "", path: str = "/v1/incidents") -> Rough:
    """Bytes as they stand, said to be JSON."""
    return Rough(path, text, status or (400, 422), code)


def policy(old: str, new: str, *status: int, code: str = "", says: str = "") -> Rough:
    """The policy of the house, every clause of it complete, with one thing otherwise."""
    whole = HOUSE.replace("{amount: $unset}", "{amount: 1}").replace("unset: {", "spare: {")
    whole = whole.replace("parameters:\n  spare: {unit: CNY, note: 原文未写}\n", "")
    assert old in whole
    body = whole.replace(old, new, 1).replace("policy: house", "policy: rough")
    return Rough("/v1/policies/validate", body, status or (422,), code, says=says, kind=YAML)


def nested(depth: int) -> Any:
    found: Any = 1
    for _ in range(depth):
        found = [found]
    return found


def attributes(value: Any, *status: int) -> tuple[Rough, Rough]:
    """A subject's attribute, when it is registered and when it changes."""
    body = {"attributes": {"grade": value}}
    code = f"R{abs(hash(repr(value)))}"
    made = Rough("/v1/subjects", {"code": code, "name": "粗"} | body, status)
    return made, Rough("/v1/subjects/E/attributes/2026-01-01", body, status, method="PUT")


ZONES = ("localtime", "posixrules", "Factory", "../etc/passwd", "")
DAYS = ("2026-W10-1", "2026-061", "20260302", "20260302T090000Z", "2026-03-02 09:00", "3/2/2026")
LARGE = {"subjects": [f"N{number}" for number in range(20_000)]}
FIVE_HUNDREDS: dict[str, Rough] = {
    **{
        f"an attribute: {name}, {how}": rough
        for name, value, status in (
            ("a fraction", 1.5, (422,)),
            ("an integer over 64 bits", 2**70, (200, 201, 422)),
            ("a number with an exponent", 1e300, (200, 201, 422)),
            ("nested 300 deep", nested(300), (400, 422)),
            ("an object", {"a": 1}, (422,)),
            ("nothing", None, (200, 201, 422)),
        )
        for how, rough in zip(("new", "changed"), attributes(value, *status), strict=True)
    },
    **{
        f"a period: {period}": Rough("/v1/programmes/best/evaluate", {"period": period})
        for period in ("0000", "0000-01", "2026-Q5", "2026-13", "２０２６-03", "2026Q3 ", "")
    },
    "a month that is none": Rough("/v1/periods/0000-00/lines", method="GET"),
    **{
        f"a tag: {tag}": policy("title: 员工奖惩办法", f"title: !!{tag}", 400, 422)
        for tag in (
            "int abc",
            "bool maybe",
            "timestamp tomorrow",
            "float x",
            "binary ###",
            "set [1]",
        )
    },
    "a number of 5,000 digits, YAML": policy("amount: 20", f"amount: {'9' * 5000}", 400),
    "a number of 5,000 digits, JSON": raw(
        b'{"subject":"E","clause":"f","quantity":' + b"9" * 5000 + b"}"
    ),
    "half a surrogate as raw bytes": raw(b'{"subject":"\xed\xa0\x80","clause":"f"}'),
    "half a surrogate, escaped": raw(b'{"subject":"\\ud800","clause":"f"}', 422),
    "UTF-16": raw('{"subject":"E"}'.encode("utf-16")),
    "GBK": raw('{"subject":"员工"}'.encode("gbk")),
    "U+0000": recorded(note="a\0b"),
    "an amount of 1e30": policy("amount: 20", "amount: 1e30"),
}
ACCEPTED: dict[str, Rough] = {
    "a key twice": raw(b'{"subject":"E","subject":"F","clause":"f","occurred_at":"2026-03-02"}'),
    "a key twice, deeper": raw(
        b'{"subject":"E","clause":"l","occurred_at":"2026-03-02","facts":{"late":true,"late":false}}'
    ),
    "a key twice in a policy": policy("title: 员工奖惩办法", "title: 甲\ntitle: 乙", 400, 422),
    "a quantity beyond belief": recorded(clause="p", quantity=99_999_999_999),
    "a quantity of 1E-400": raw(
        b'{"subject":"E","clause":"p","occurred_at":"2026-03-02","quantity":1E-400}', 422
    ),
    **{
        f"a zone: {zone or 'none'}": Rough(
            "/v1/tenants",
            {"slug": "zone-x", "name": "区", "timezone": zone, "plugins": []},
            role="operator",
        )
        for zone in ZONES
    },
    **{f"a day: {day}": recorded("invalid", occurred_at=day) for day in DAYS},
    "a counter that is none": policy(
        "of: warning, every", "of: warnign, every", code="unknown_counter", says="warning"
    ),
    "an attribute of the subject that is none": policy(
        "when: {late: true}", "when: {subject.grdae: 1}"
    ),
    "an incident after somebody left": Rough(
        "/v1/incidents", incident("f", "L"), code="not_employed"
    ),
}
SAID: dict[str, Rough] = {
    "plain text": Rough("/v1/incidents", b"subject: E", (415,), kind="text/plain"),
    "a form": Rough(
        "/v1/incidents", b"subject=E", (415,), kind="application/x-www-form-urlencoded"
    ),
    "null": raw(b"null", 400, 422),
    "a list": raw(b"[]", 400, 422),
    "a word": raw(b'"E"', 400, 422),
    "nothing for something": recorded(clause=None),
    "a number for a text": recorded(clause=5),
    "a method that is none here": Rough(
        "/openapi.json", None, (405,), "method_not_allowed", says="GET", method="DELETE"
    ),
    "a clause by its title": recorded("unknown_clause", clause="罚款", says="f"),
    "a clause by its title, another": recorded("unknown_clause", clause="迟到", says="l"),
    "a quarter in an odd way": Rough("/v1/programmes/best/evaluate", {"period": "2026/Q3"}),
    "an Idempotency-Key too long": Rough(
        "/v1/incidents", incident("f", "E"), headers={"Idempotency-Key": "k" * 256}
    ),
    "an unknown id": Rough("/v1/incidents/x", None, (404, 422), method="GET"),
}
BOUNDED: dict[str, Rough] = {
    "20,000 unknown people": Rough("/v1/incidents", incident("f") | LARGE),
    "60,000 keys of a policy": Rough(
        "/v1/policies/validate",
        "".join(f"k{n}: 1\n" for n in range(60_000)),
        (400, 413, 422),
        kind=YAML,
    ),
    "50,000 keys of a body": Rough("/v1/incidents", {f"k{n}": 1 for n in range(50_000)}),
    "an alias that grows": Rough(
        "/v1/policies/validate",
        "a: &a [x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 8)}]\n"
            for n in range(9)
        ),
        (400, 422),
        kind=YAML,
    ),
}
ROUGH = FIVE_HUNDREDS | ACCEPTED | SAID | BOUNDED


@pytest.fixture(scope="module")
def office(app_url: str) -> Office:
    with serving(app_url):
        made = open_office()
        made.company.hire("L", first_day="2019-01-01", last_day="2019-12-31")
        made.hr("PUT", "/v1/attributes/grade", {"type": "number", "label": "职级"})
    return made


@pytest.fixture(scope="module")
def web(office: Office, app_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    assert office.slug
    with running(app_url, tmp_path_factory.mktemp("web") / "log", WORKERS=1) as found:
        yield found


def sent(web: Web, office: Office, rough: Rough) -> Any:
    body = rough.body
    if body is not None and not isinstance(body, bytes):
        body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    headers = dict(rough.headers) | ({"Content-Type": rough.kind} if body is not None else {})
    key = office.by(rough.role).key
    return web.ask(rough.path, key or "", method=rough.method, body=body, headers=headers)


@pytest.mark.parametrize("name", ROUGH)
def test_it_becomes_of_it_what_the_page_says(web: Web, office: Office, name: str) -> None:
    rough = ROUGH[name]
    begun = monotonic()
    told = sent(web, office, rough)
    assert monotonic() - begun < SECONDS
    assert told.status in rough.status, told.text
    if told.status < 400:
        return
    assert told.headers["Content-Type"] == "application/problem+json"
    said = json.loads(told.text)
    first = said["errors"][0]
    assert said["code"] == (rough.code or said["code"]), told.text
    assert rough.says in first["detail_zh"] or rough.says in first["detail_en"], told.text
    for item in said["errors"]:
        assert "_schema" not in item["pointer"]
        assert CJK.search(item["detail_zh"])
        assert not LIBRARIES.search(item["detail_zh"] + item["detail_en"]), item
    assert len(said["errors"]) <= 101
    assert len(told.text) < 200_000


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        pytest.param(b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x", 414, id="a long address"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"x" * 9000, 431, id="a long header"),
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: 1\r\n" * 200, 431, id="many headers"
        ),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nno header", 400, id="a line that is none"),
        pytest.param(b"GET / HTTP/9.9\r\nHost: x", 400, id="another HTTP"),
        pytest.param(
            b"POST /v1/incidents HTTP/1.1\r\nHost: x\r\nContent-Length: -1",
            400,
            id="less than no bytes",
        ),
        pytest.param(
            b"POST /v1/incidents HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
            b"Transfer-Encoding: chunked",
            400,
            id="two lengths",
        ),
    ],
)
def test_what_is_no_request_is_refused_in_our_words(web: Web, lines: bytes, status: int) -> None:
    with web.connect(lines + b"\r\n\r\n") as line:
        line.settimeout(10)
        told = b""
        while more := line.recv(65536):
            told += more
    head, _, body = told.partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status
    assert b"application/problem+json" in head
    assert CJK.search(json.loads(body)["detail_zh"])


def test_a_browser_may_ask_first_and_invented_methods_count_as_other(
    web: Web, office: Office
) -> None:
    assert web.ask("/v1/incidents", method="OPTIONS").status == 204
    for number in range(5):
        assert web.ask("/v1/incidents", office.hr.key or "", method=f"BREW{number}").status == 405
    text = web.ask("/metrics").text  # type: ignore[attr-defined] # set by `ask`
    assert "BREW" not in text
    assert 'method="other"' in text


def test_an_answer_that_comes_again_has_its_etag(web: Web, office: Office) -> None:
    body = json.dumps({"code": "TAG", "name": "标签"}).encode()
    headers = {"Content-Type": JSON, "Idempotency-Key": "with an etag"}
    first, again = (
        web.ask("/v1/subjects", office.hr.key or "", method="POST", body=body, headers=headers)
        for _ in range(2)
    )
    assert (first.status, again.status) == (201, 201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.headers["ETag"] == again.headers["ETag"] is not None


def test_who_may_not_see_learns_nothing_by_asking(web: Web, office: Office, app_url: str) -> None:
    """A filter, a number that is taken, a list of what moved no money, counts of failures."""
    with serving(app_url):
        office.hr.record("f", "E", "F", external_id="taken-by-hr")
        office.hr.record("w", "F")
        leader = make_key("supervisor", office.slug, "M", "test")
    employee = office.by("employee").key or ""
    found = web.ask("/v1/incidents?subject=F", employee)
    assert (found.status, json.loads(found.text)["items"]) == (200, [])  # type: ignore[attr-defined]
    body = json.dumps(incident("f", "E") | {"external_id": "taken-by-hr"}).encode()
    kind = {"Content-Type": JSON}
    own = web.ask("/v1/incidents", leader, method="POST", body=body, headers=kind)
    assert own.status == 201
    money = web.ask("/v1/incidents?limit=200", office.by("finance").key or "")
    clauses = {item["clause"] for item in json.loads(money.text)["items"]}  # type: ignore[attr-defined]
    assert "w" not in clauses
    plugins = web.ask("/v1/plugins", employee).text  # type: ignore[attr-defined]
    assert '"failures"' not in plugins or '"failures":null' in plugins.replace(" ", "")


@pytest.mark.parametrize(
    ("zone", "at", "status", "words"),
    [
        pytest.param(
            "America/New_York", "2026-03-08T02:30:00", 422, "", id="an hour that never was"
        ),
        pytest.param(
            "America/New_York", "2025-11-02T01:30:00", 422, "", id="an hour that was twice"
        ),
        pytest.param("America/New_York", "2025-11-02T01:30:00-05:00", 201, "", id="one of the two"),
        pytest.param("Pacific/Apia", "2011-12-30", 422, "", id="a day that never was"),
    ],
)
def test_local_times_that_are_none_or_two(
    web: Web, app_url: str, zone: str, at: str, status: int, words: str
) -> None:
    from tests.making.house import FINES, make_company

    with serving(app_url):
        company = make_company(FINES, timezone=zone, staff=["E"])
        key = make_key("hr", company.slug, None, "test")
    body = json.dumps({"subject": "E", "clause": "f", "occurred_at": at}).encode()
    kind = {"Content-Type": JSON}
    told = web.ask("/v1/incidents", key, method="POST", body=body, headers=kind)
    assert told.status == status, told.text  # type: ignore[attr-defined]
    assert words in told.text  # type: ignore[attr-defined]
