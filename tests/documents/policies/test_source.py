from datetime import date
from decimal import Decimal
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from shangfa.documents.plain import DEEPEST, NODES
from shangfa.documents.source import ALIASES, read_draft, read_file, read_yaml
from shangfa.domain.faults import MISSING, RefusedError

TEXT = """# a comment
policy: p

clauses:
  - code: '1'
    params:
      amount: 20
  - code: '2'
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        pytest.param((), 2, id="the document begins after its comment"),
        pytest.param(("policy",), 2, id="a key"),
        pytest.param(("clauses",), 4, id="the key, not its value on the next line"),
        pytest.param(("clauses", 0), 5, id="an item of a list"),
        pytest.param(("clauses", 0, "params", "amount"), 7, id="deep inside"),
        pytest.param(("clauses", 1), 8, id="the second item"),
        pytest.param(("clauses", 1, "title"), 8, id="what is missing is where it would be"),
        pytest.param(("programmes", 3), 2, id="nothing near"),
    ],
)
def test_every_value_knows_its_line(path: tuple[Any, ...], line: int) -> None:
    assert read_yaml(TEXT, "p.yaml").place(path) == f"p.yaml:{line}"


def test_a_request_has_pointers_and_no_places() -> None:
    fault = read_yaml(TEXT).fault(("clauses", 0, "a/b~c"), MISSING, value="x")
    assert (fault.pointer, fault.place) == ("/clauses/0/a~1b~0c", "")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("20", 20, id="whole number"),
        pytest.param("0.10", Decimal("0.10"), id="decimals stay exact"),
        pytest.param("-1.5", Decimal("-1.5"), id="under zero"),
        pytest.param("2026-03-02", date(2026, 3, 2), id="day"),
        pytest.param("2026-03-02T08:30", "2026-03-02T08:30", id="minutes are no YAML time"),
        pytest.param("2026-03-02T08:30:00", "2026-03-02T08:30:00", id="a time is left as it is"),
        pytest.param("'6'", "6", id="quoted number"),
        pytest.param("~", None, id="nothing"),
        pytest.param("trueish", "trueish", id="a word that begins with true"),
        pytest.param("off", "off", id="YAML 1.1 off is a word"),
        pytest.param("true", True, id="true"),
        pytest.param("", None, id="empty document"),
    ],
)
def test_a_value(text: str, value: Any) -> None:
    found = read_yaml(text).data
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        pytest.param("a: 1\nb: [1, 2\nc: 3", 3, "expected ',' or ']'", id="bracket left open"),
        pytest.param("a: 1\n\tb: 2", 2, "tab", id="tab"),
        pytest.param("a: 1\nb: 2026-02-30", 2, "2026-02-30 is not a date", id="no such day"),
        pytest.param("a: 1\nb: .inf", 2, ".inf is not a number", id="infinity"),
        pytest.param("a: 1\nb: 190:20:30.15", 2, "is not a number", id="hours as YAML counts"),
        pytest.param("a: 1\n? [b]\n: 2", 2, "a key is a word", id="a list as key"),
        pytest.param("a: &x [*x]", 1, "without end", id="a value inside itself"),
        pytest.param("a: !!python/name:os.getcwd x", 1, "could not determine", id="tag"),
        pytest.param("a: 1\nb: !!int abc", 2, "abc is no int", id="no int"),
        pytest.param("a: 1\nb: !!int ''", 2, "is no int", id="an empty int"),
        pytest.param("a: 1\nb: !!bool maybe", 2, "maybe is no bool", id="no bool"),
        pytest.param("a: 1\nb: !!timestamp soon", 2, "soon is not a date", id="no timestamp"),
        pytest.param("a: 1\nb: !!timestamp ''", 2, "is not a date", id="an empty timestamp"),
        pytest.param("a: 1\nb: !!float x", 2, "x is not a number", id="no float"),
        pytest.param("a: 1\nb: !!binary aGk=", 2, "bytes", id="bytes"),
        pytest.param("a: 1\nb: !!binary '%'", 2, "bytes", id="no bytes"),
        pytest.param("a: 1\n!!int x: 2", 2, "x is no int", id="a key that is no int"),
        pytest.param("a: 1\nb: 1.0E-400", 2, "digits", id="a number too small"),
        pytest.param("a: 1\nb: 1.0E+400", 2, "digits", id="a number too large"),
        pytest.param("a: 1\nb: .nan", 2, ".nan is not a number", id="not a number"),
        pytest.param("a: 1\nb: " + "1" * 19, 2, "digits", id="an int over 64 bits"),
        pytest.param("a: 1\nb: " + "1" * 5_000, 2, "is no int", id="thousands of digits"),
        pytest.param("a: 1\nb: 0x" + "f" * 5_000, 2, "digits", id="of a hexadecimal"),
        pytest.param("a: 1\nb: 1." + "1" * 5_000, 2, "digits", id="of a fraction"),
        pytest.param('a: 1\nb: "\\ud800"', 2, "invalid Unicode", id="half a letter"),
        pytest.param('a: 1\n"\\0": 1', 2, "stored", id="a key with a character of 0"),
        pytest.param("a: 1\nb: \x01", 1, "control characters", id="a control character"),
        pytest.param("a: \ud800", 1, "surrogates", id="half a letter as it is"),
        pytest.param("a: 1\n---\nb: 2", 2, "another document", id="two documents"),
    ],
)
def test_what_is_no_yaml(text: str, line: int, why: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read_yaml(text, "p.yaml")
    (fault,) = caught.value.faults
    assert (fault.code, fault.place) == ("not_a_document", f"p.yaml:{line}")
    assert why in fault.en


def test_a_deep_document_is_refused() -> None:
    deep = "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)
    with pytest.raises(RefusedError, match="too deep"):
        read_yaml(deep)
    assert read_yaml(deep[1:-1]).data is not None


def test_a_very_deep_document_is_refused_without_harm() -> None:
    with pytest.raises(RefusedError, match="too deep"):
        read_yaml("[" * 200_000)


def test_a_tag_makes_nothing_run() -> None:
    assert read_yaml("!!python/object/apply:os.getcwd []").data == []


def test_aliases_cannot_blow_a_document_up() -> None:
    """Nine levels of ten would be a billion values."""
    lines = ["l0: &l0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]" for i in range(1, 10)]
    with pytest.raises(RefusedError, match="too large"):
        read_yaml("\n".join(lines))


def test_a_large_document_is_read() -> None:
    assert len(read_yaml(f"[{'1, ' * (NODES - 1)}]").data) == NODES - 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"[{'1, ' * (NODES + 1)}]", id="a list"),
        pytest.param("".join(f"k{i}: 1\n" for i in range(NODES + 1)), id="keys"),
        pytest.param("[" + "[], " * 3 * NODES + "]", id="three times as many"),
    ],
)
def test_a_larger_one_is_refused_with_the_limit(text: str) -> None:
    started = process_time()
    with pytest.raises(RefusedError) as caught:
        read_yaml(text)
    (fault,) = caught.value.faults
    assert str(NODES) in fault.zh
    assert str(NODES) in fault.en
    assert process_time() - started < 20


def test_a_document_refers_to_itself_so_often_at_most() -> None:
    text = f"a: &a 1\nb: [{', '.join(['*a'] * (ALIASES + 1))}]"
    with pytest.raises(RefusedError, match=str(ALIASES)):
        read_yaml(text)
    assert read_yaml(text.replace("*a, ", "", 1)).data["b"] == [1] * ALIASES


def test_every_key_that_stands_twice_is_told(tmp_path: Path) -> None:
    """A draft keeps them beside its other faults; any other file is refused."""
    path = tmp_path / "p.yaml"
    path.write_text("a: 1\na: 2\nb: {c: 1, c: 2}\n", encoding="utf-8")
    draft = read_draft(path)
    assert draft.data == {"a": 1, "b": {"c": 1}}
    assert [(fault.place, fault.values["why"].text("en")) for fault in draft.faults] == [
        (f"{path}:2", "'a' twice"),
        (f"{path}:3", "'c' twice"),
    ]
    with pytest.raises(RefusedError) as caught:
        read_file(path)
    assert list(caught.value.faults) == draft.faults


@pytest.mark.parametrize(
    "content",
    [pytest.param(None, id="no file"), pytest.param(b"a: \xff\n", id="in no encoding")],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "p.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RefusedError) as caught:
        read_file(path)
    assert caught.value.faults[0].place == str(path)
