"""What is said of a field is said in both languages, whatever marshmallow has to say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

import marshmallow
import pytest
from marshmallow import Schema, ValidationError, fields, validate
from tests.making.office import Office, app
from tests.making.refusals.asked import CJK

from shangfa.api import fields as ours
from shangfa.api.problems.errors import schema_faults
from shangfa.api.problems.words import REQUIRED, UNKNOWN, WORDS, Message, said

OWN = frozenset({REQUIRED, UNKNOWN})
"""Those that have a code of their own."""


def sentences() -> Iterator[str]:
    """Yield every sentence of the marshmallow that is installed."""
    for item in vars(fields).values():
        if isinstance(item, type) and issubclass(item, fields.Field):
            yield from map(str, item.default_error_messages.values())
    for item in vars(validate).values():
        if isinstance(item, type) and issubclass(item, validate.Validator):
            yield from (
                value
                for name, value in vars(item).items()
                if name.startswith(("message_", "default_message"))
                and " " in value
                and "_op" not in value
            )
    yield from map(str, Schema._default_error_messages.values())


NOT_ALONE = {
    validate.Range.message_gte,
    validate.Range.message_gt,
    validate.Range.message_lte,
    validate.Range.message_lt,
}
LIMITS = [(None, 5), (2, None), (2, 5)]


def ranges() -> Iterator[str]:
    """Yield what a range says, with either limit inclusive or not."""
    for least, most in LIMITS:
        for flags in ((True, True), (True, False), (False, True), (False, False)):
            check = validate.Range(least, most, min_inclusive=flags[0], max_inclusive=flags[1])
            with pytest.raises(ValidationError) as caught:
                check(9 if most else 1)
            yield caught.value.messages[0]


@pytest.mark.parametrize("sentence", sorted(set(sentences()) - NOT_ALONE - OWN))
def test_every_sentence_has_our_words(sentence: str) -> None:
    assert sentence in WORDS, marshmallow.__name__
    filled = Formatter().vformat(sentence, (), Filler({"min": "2", "max": "5", "choices": "a, b"}))
    check(said(filled).text("zh"), said(filled).text("en"))


class Filler(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "x"


@pytest.mark.parametrize("sentence", sorted(set(ranges())))
def test_a_range_says_its_limits(sentence: str) -> None:
    note = said(sentence)
    check(note.text("zh"), note.text("en"))
    numbers = re.findall(r"\d", sentence)
    assert re.findall(r"\d", note.text("zh")) == re.findall(r"\d", note.text("en")) == numbers
    assert ("≥" in note.text("zh")) == ("greater than or equal" in sentence)
    assert ("≤" in note.text("zh")) == ("less than or equal" in sentence)


def check(zh: str, en: str) -> None:
    assert CJK.search(zh) or re.fullmatch(r"须[≥≤<>]\d.*", zh), zh
    assert not CJK.search(en), en
    assert re.search("[a-z]{2} [a-z0-9]", en), en
    assert not re.search("[{}]", zh + en)
    assert not LEAK.search(zh), zh


FOREIGN = sorted({re.split(r"[{]", text)[0].strip() for text in sentences()} - {"", '"'})
LEAK = re.compile("|".join(map(re.escape, FOREIGN)))
"""The beginnings of marshmallow's sentences."""


def request_schemas() -> dict[str, Schema]:
    """Return the schemas of every request, by name."""
    found: dict[str, Schema] = {}
    for view in app().view_functions.values():
        arguments = getattr(view, "_apidoc", {}).get("arguments", {})
        for schema in schemas_in(arguments):
            found[type(schema).__name__] = schema
    return found


def schemas_in(value: Any) -> Iterator[Schema]:
    if isinstance(value, Schema):
        yield value
        inner = (getattr(field, "inner", field) for field in value.fields.values())
        yield from (item.schema for item in inner if isinstance(item, fields.Nested))
    elif isinstance(value, type) and issubclass(value, Schema):
        yield from schemas_in(value())
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from schemas_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from schemas_in(item)


FIELDS = [
    pytest.param(schema, name, id=f"{title}.{name}")
    for title, schema in sorted(request_schemas().items())
    for name in schema.load_fields
]
DEEP: Any = {"a": {"a": {"a": {"a": {"a": {"a": {"a": {}}}}}}}}
NASTY: list[Any] = [
    *(None, True, 0, -1, 1.5, 10**18, "", " ", "x", "x" * 5000, "2026-W10-1", "9999Q1", "NaN"),
    *([], [None], [1], ["x"] * 2000, [{}], {}, {"": 1}, {"a": None}, {"a": "x" * 5000}, DEEP),
    {str(number): 1 for number in range(500)},
]


@pytest.mark.parametrize(("schema", "name"), FIELDS)
def test_no_field_speaks_another_language(schema: Schema, name: str) -> None:
    field = schema.load_fields[name]
    told = 0
    for value in NASTY:
        key = field.data_key or name
        found = schema.validate({key: value, "colour": "red"})
        for fault in schema_faults({"json": found}, schema):
            told += fault.pointer.startswith(f"/{key}")
            assert CJK.search(fault.zh)
            assert not LEAK.search(fault.zh + fault.en), fault.zh
            assert not re.search("[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}", fault.zh), fault.zh
            assert not CJK.search(re.sub("'.*?'|一-2|、", "", fault.en)), fault.en
    assert told


def test_there_are_schemas() -> None:
    assert {"IncidentSchema", "SubjectSchema", "PageSchema", "TenantSchema"} <= set(
        request_schemas()
    )
    assert len(FIELDS) > 50


@pytest.mark.parametrize(("schema", "name"), FIELDS)
def test_an_unknown_field_names_those_beside_it(schema: Schema, name: str) -> None:
    found = schema.validate({"colour": "red"})
    [fault] = [
        fault for fault in schema_faults({"json": found}, schema) if fault.code == "unknown_field"
    ]
    assert (fault.pointer, fault.values["value"]) == ("/colour", "colour")
    assert (schema.load_fields[name].data_key or name) in fault.values["allowed"].split("、")


def test_an_unknown_field_inside_names_those_of_its_object(office: Office) -> None:
    body = {"choices": [{"subject": "E", "colour": "red"}], "reason": "x"}
    path = "/v1/incidents/00000000-0000-7000-8000-000000000000/choices"
    errors = office.hr("POST", path, body).get_json()["errors"]
    [item] = [item for item in errors if item["code"] == "unknown_field"]
    assert item["pointer"] == "/choices/0/colour"
    assert "allowed are: subject、account、unit、quantity、clause." in item["detail_en"]


def test_a_pattern_shows_an_example(office: Office) -> None:
    response = office.by("operator")("POST", "/v1/tenants", {"slug": "No Slug", "name": "x"})
    assert response.get_json()["errors"][0]["pointer"] == "/slug"
    assert "须如hill-books" in response.get_json()["detail_zh"]
    assert "than hill-books" in response.get_json()["detail_en"]


def test_a_message_of_our_own_keeps_both_languages() -> None:
    class One(Schema):
        day = ours.Day()

    messages = One().validate({"day": "1899-01-01"})
    assert isinstance(messages["day"][0], Message)
    [fault] = schema_faults({"json": messages}, One())
    assert "1900" in fault.zh
    assert "1900" in fault.en
