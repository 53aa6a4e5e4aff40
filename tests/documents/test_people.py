from datetime import date
from decimal import Decimal
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from shangfa.documents.tenant.people import Person, read_people
from shangfa.domain.people.past import Stint
from shangfa.domain.tenancy.attributes import Attribute

HEAD = "code,name,kind,department,position,supervisor,since,day_wage,attributes\n"


def read(path: Path, text: str) -> tuple[list[Person], list[tuple[int, str]]]:
    """The people, and (line, code) of every fault."""
    file = path / "people.csv"
    file.write_text(text, encoding="utf-8")
    people, faults = read_people(file)
    return people, [
        (int(fault.place.removeprefix(f"{file}:") or 0), fault.code) for fault in faults
    ]


def test_a_line_with_everything(tmp_path: Path) -> None:
    lines = "M,王,employee,,,,,,\n"
    lines += "E, 李 ,employee,客服部,坐席,M,2026-01-01,200.50,regular=true;grade=3\n"
    people, faults = read(tmp_path, HEAD + lines)
    assert faults == []
    assert people[1] == Person(
        "E",
        "李",
        "employee",
        "客服部",
        "坐席",
        "M",
        date(2026, 1, 1),
        Decimal("200.50"),
        {"regular": True, "grade": "3"},
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("code,name\nE,李\n", id="only what is needed"),
        pytest.param("name,code\n李,E\n", id="columns in another order"),
        pytest.param("\ufeffcode,name\r\nE,李\r\n", id="as Excel writes it"),
        pytest.param("code,name,kind\n\nE,李\n", id="an empty line, and a short one"),
    ],
)
def test_ways_to_write_a_line(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == ([Person("E", "李")], [])


def test_no_file_is_nobody(tmp_path: Path) -> None:
    assert read_people(tmp_path / "people.csv") == ([], [])


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        pytest.param(",李,,,,,,,\n", [(2, "invalid")], id="no code"),
        pytest.param("E,,,,,,,,\n", [(2, "invalid")], id="no name"),
        pytest.param("E,李,robot,,,,,,\n", [(2, "invalid")], id="unknown kind"),
        pytest.param("E,李,,,,,2026-02-30,,\n", [(2, "invalid")], id="no such day"),
        pytest.param("E,李,,,,,,much,\n", [(2, "invalid")], id="a wage in words"),
        pytest.param("E,李,,,,,,-1,\n", [(2, "invalid")], id="a wage under zero"),
        pytest.param("E,李,,,,,,NaN,\n", [(2, "invalid")], id="a wage that is none"),
        pytest.param("E,李,,,,,,,regular\n", [(2, "invalid")], id="an attribute of no value"),
        pytest.param("E,李,,,,,,,,9\n", [(2, "invalid")], id="a cell too many"),
        pytest.param("E,李,,,,,,,\nE,王,,,,,,,\n", [(3, "duplicate")], id="twice"),
        pytest.param("E,李,,,,M,,,\n", [(2, "unknown_subject")], id="reports to a stranger"),
        pytest.param("E,李,,,,E,,,\n", [(2, "supervisor_loop")], id="reports to himself"),
        pytest.param(
            "A,李,,,,B,,,\nB,王,,,,A,,,\nC,张,,,,A,,,\n",
            [(2, "supervisor_loop"), (3, "supervisor_loop")],
            id="two report to each other, a third to one of them",
        ),
        pytest.param(
            '"E\nE",李,,,,,2026-13-01,,\n,王,,,,,,,\n',
            [(3, "invalid"), (4, "invalid")],
            id="every fault, a line break inside a cell",
        ),
    ],
)
def test_a_fault(tmp_path: Path, lines: str, faults: list[tuple[int, str]]) -> None:
    assert read(tmp_path, HEAD + lines)[1] == faults


def test_an_unknown_column_is_told_what_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("code,name,departement\nE,李,客服部\n", encoding="utf-8")
    (fault,) = read_people(path)[1]
    assert "department" in fault.en


@pytest.mark.parametrize(
    "content",
    [pytest.param(b"code,name\nE,\xff\n", id="in no encoding")],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    assert [(fault.code, fault.place) for fault in read_people(path)[1]] == [
        ("not_a_document", str(path))
    ]


def test_a_long_line_is_walked_once(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    rows = [f"E{i},李,E{i + 1}\n" for i in range(20_000)]
    path.write_text("code,name,supervisor\n" + "".join(rows) + "E20000,王,\n", encoding="utf-8")
    started = process_time()
    people, faults = read_people(path)
    assert (len(people), faults) == (20_001, [])
    assert process_time() - started < 10


def test_the_way_out_is_said(tmp_path: Path) -> None:
    path: Any = tmp_path / "people.csv"
    path.write_text("code,name,supervisor\nA,李,B\nB,王,A\n", encoding="utf-8")
    assert read_people(path)[1][0].values["chain"] == "A → B → A"


def test_first_and_last_days_and_declared_attributes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        "code,name,first_day,last_day,attributes\n"
        "A,甲,2024-01-01,2025-12-31,grade=3\n"
        "B,乙,,2025-12-31,\n"
        "C,丙,2025-01-01,2024-01-01,\n"
        "D,丁,,,grad=3\n"
        "E,戊,,,grade=高\n",
        encoding="utf-8",
    )
    people, faults = read_people(path, {"grade": Attribute("grade", "number", "职级")})
    assert [(item.code, item.stint) for item in people] == [
        ("A", Stint(date(2024, 1, 1), date(2025, 12, 31))),
    ]
    assert [(fault.code, fault.place.rpartition(":")[2]) for fault in faults] == [
        ("invalid", "3"),
        ("last_before_first", "4"),
        ("unknown_attribute", "5"),
        ("invalid_attribute", "6"),
    ]
