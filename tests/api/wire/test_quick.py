"""What is read quickly is what marshmallow reads, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from inspect import unwrap
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, missing

from shangfa.api.app import create_app
from shangfa.api.incidents.shapes import IncidentSchema
from shangfa.api.quick import QuickSchema

QUICK = IncidentSchema()
LETTERS = st.text("aB一\u3000 ", max_size=3)
WORDS = LETTERS | st.sampled_from(["x" * 80, "x" * 81, "x" * 200, "x" * 201, "x" * 4001])
SCALARS = st.none() | st.booleans() | st.integers() | st.just(Decimal("1.5")) | WORDS
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LETTERS, inner, max_size=3),
    max_leaves=6,
)
SOUND: dict[str, st.SearchStrategy[Any]] = {
    "subject": st.just("E1"),
    "subjects": st.sampled_from([["E1"], {"E1": 60, "E2": Decimal(40)}]),
    "clause": st.just("一-2"),
    "occurred_at": st.just("2026-03-02"),
    "quantity": st.sampled_from([1, "2", Decimal("2.50")]),
    "facts": st.just({"loss": "100", "kinds": ["a"]}),
    "evidence": st.just(["photo"]),
    "draft": st.booleans(),
    "handlers": st.just(["E9"]),
}
NAMES = st.sampled_from([*QUICK.load_fields, "unknown", "Clause"])
BODIES = st.fixed_dictionaries(
    {}, optional={name: value | ANYTHING for name, value in SOUND.items()}
).flatmap(
    lambda body: st.dictionaries(NAMES, WORDS | ANYTHING, max_size=2).map(lambda more: body | more)
)


def read(load: Any, body: Any) -> Any:
    """Return what is read of a body, or what is said of it."""
    try:
        return load(body)
    except ValidationError as error:
        return error.messages


@given(BODIES | st.fixed_dictionaries(SOUND) | ANYTHING)
def test_a_body_is_read_as_marshmallow_reads_it(body: Any) -> None:
    assert read(QUICK.load, body) == read(lambda one: Schema.load(QUICK, one), body)


@given(st.fixed_dictionaries(SOUND))
def test_a_sound_body_needs_no_marshmallow(body: dict[str, Any]) -> None:
    assert QUICK._read(body) == body


def test_what_is_read_quickly_has_plain_names_and_no_defaults() -> None:
    kinds = [kind for kind in QuickSchema.__subclasses__() if kind.__module__.startswith("shangfa")]
    assert kinds
    for field in (field for kind in kinds for field in kind().load_fields.values()):
        assert field.attribute is None
        assert field.data_key is None
        assert field.load_default is missing
        assert not field.allow_none or field.load_default is None
    for kind in kinds:
        assert not any(kind._hooks.values())


def subclasses(kind: type[Schema]) -> Iterator[type[Schema]]:
    for one in kind.__subclasses__():
        yield one
        yield from subclasses(one)


def test_no_default_is_a_list_or_object_that_all_requests_would_share() -> None:
    create_app()
    kinds = [kind for kind in subclasses(Schema) if kind.__module__.startswith("shangfa.")]
    assert len(kinds) > 100
    shared = [
        f"{kind.__name__}.{name}"
        for kind in kinds
        for name, field in kind._declared_fields.items()
        if isinstance(field.load_default, list | dict | set)
    ]
    assert shared == []


def test_every_view_that_is_called_without_its_wrappers_returns_a_response() -> None:
    views = [view for view in create_app().view_functions.values() if hasattr(view, "_apidoc")]
    assert views
    assert {unwrap(view).__annotations__["return"] for view in views} == {"Response"}
