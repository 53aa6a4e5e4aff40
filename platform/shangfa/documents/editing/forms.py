"""The common kinds of clauses and reactions as forms: which fields, and what they write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from shangfa.documents.editing import conditions
from shangfa.documents.editing.conditions import number
from shangfa.documents.editing.splice import Section, plain

Input = Literal["text", "number", "rung", "per", "flag", "account", "weights"]
"""What a field takes: letters, a number or `$parameter`, a rung of the ladder, …"""
_WEIGHT: Final = re.compile(r"[,，、\n]")


@dataclass(frozen=True, slots=True)
class FormField:
    """A parameter of a kind; one left as `default` says is not written."""

    name: str
    input: Input
    needed: bool = False
    default: Any = None

    def shows(self, value: Any) -> bool:
        """Tell whether a value comes back as it was when it is shown and sent again."""
        if value is None:
            return True
        allowed = OPTIONS.get(self.input)
        return (allowed is None or value in allowed) and _value(self, plain(value)) == value


@dataclass(frozen=True, slots=True)
class Form:
    """A kind as a form.

    Attributes:
        fixed: parameters that make this form out of the kind and are not asked for.
    """

    name: str
    section: Section
    kind: str
    fields: tuple[FormField, ...]
    fixed: tuple[tuple[str, str], ...] = ()

    def fits(self, piece: Mapping[str, Any]) -> bool:
        """Tell whether a piece of a document says nothing that the form could not show."""
        params = piece.get("params") or {}
        if piece.get("kind") != self.kind or piece.get("parts") or not isinstance(params, Mapping):
            return False
        fixed, known = dict(self.fixed), {field.name for field in self.fields}
        return (
            set(params) <= known | set(fixed)
            and all(field.shows(params.get(field.name, field.default)) for field in self.fields)
            and all(self._said(params, name) == value for name, value in fixed.items())
        )

    def _said(self, params: Mapping[str, Any], name: str) -> Any:
        return params.get(name, DEFAULTS.get((self.kind, name)))

    def read(self, piece: Mapping[str, Any]) -> dict[str, str]:
        """Return the fields as somebody would have typed them."""
        said = {name: plain(piece[name]) for name in HEAD if piece.get(name) is not None}
        if self.section == "clauses":
            said |= {name: text for name, text in _lined(piece) if text is not None}
        params = piece.get("params") or {}
        for field in self.fields:
            value = params.get(field.name, field.default)
            if value is not None:
                said[f"params.{field.name}"] = plain(value)
        return said

    def write(self, typed: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
        """Return the piece that was typed; what the form does not ask for stays as it was."""
        heads = HEAD if self.section == "clauses" else HEAD[:2]
        head = {name: typed.get(name, "") for name in heads}
        params = self._params(typed)
        made = {"code": "", "title": "", "source": "", **before}
        if self.section == "clauses":
            made |= {name: read(typed[name]) for name, read in LINED.items() if name in typed}
        made |= head | {"kind": self.kind, "params": params}
        return {name: value for name, value in made.items() if value not in ("", {})}

    def _params(self, typed: Mapping[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field in self.fields:
            text = typed.get(f"params.{field.name}", "").strip()
            value = _value(field, text) if text else None
            if value is not None and value != field.default:
                found[field.name] = value
        skipped = {pair for pair in self.fixed if DEFAULTS.get((self.kind, pair[0])) == pair[1]}
        return found | dict(pair for pair in self.fixed if pair not in skipped)


def _lined(piece: Mapping[str, Any]) -> tuple[tuple[str, str | None], ...]:
    """Return the facts and the condition of a clause as lines; None where lines cannot say it."""
    facts, when = piece.get("facts") or {}, piece.get("when") or {}
    known = isinstance(facts, Mapping) and isinstance(when, Mapping)
    found = conditions.facts_text(facts) if known else None
    return ("facts", found), ("when", conditions.when_text(when) if known else None)


def _value(field: FormField, text: str) -> Any:
    if field.input == "flag":
        return text == "true"
    if field.input == "weights":
        return _weights(text)
    return number(text) if field.input == "number" else text


def _weights(text: str) -> Any:
    pairs = [part.partition("=") for part in _WEIGHT.split(text) if part.strip()]
    if not all(sign for _, sign, _ in pairs):
        return text
    return {name.strip(): number(weight.strip()) for name, _, weight in pairs}


OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "per": ("quantity", "incident"),
    "account": ("reward", "fine"),
}
HEAD: Final = ("code", "title", "source", "note", "wording")
"""What every clause says; a reaction has a code and a title."""
LINED: Final = {"facts": conditions.read_facts, "when": conditions.read_when}
"""What a clause asks for and when it applies: typed line by line, where lines can say it."""
DEFAULTS: Final = {("fines.fixed", "account"): "fine", ("points.threshold", "account"): "reward"}
_PER: Final = FormField("per", "per", default="quantity")
_AMOUNT: Final = FormField("amount", "number", needed=True)
_ROLL_UP: Final = (
    FormField("of", "text", needed=True),
    FormField("every", "number", needed=True),
    FormField("within", "text", needed=True),
    FormField("gives", "text", needed=True),
    FormField("once", "flag", default=False),
)
_NET: Final = (
    FormField("letters", "weights", needed=True),
    FormField("at", "number", needed=True),
    FormField("within", "text", needed=True),
    FormField("every", "flag", default=True),
    FormField("gives", "text"),
    FormField("amount", "number"),
    FormField("account", "account", default="reward"),
)
_POINTS: Final = (
    FormField("letter", "text", needed=True),
    FormField("points", "number", needed=True),
    _PER,
)
FORMS: Final[Mapping[str, Form]] = {
    form.name: form
    for form in (
        Form("points", "clauses", "points.fixed", _POINTS),
        Form("fine", "clauses", "fines.fixed", (_AMOUNT, _PER), (("account", "fine"),)),
        Form("reward", "clauses", "fines.fixed", (_AMOUNT, _PER), (("account", "reward"),)),
        Form("mark", "clauses", "ladder.mark", (FormField("mark", "rung", needed=True), _PER)),
        Form("roll_up", "reactions", "ladder.roll_up", _ROLL_UP),
        Form("net", "reactions", "points.threshold", _NET),
    )
}
"""Name -> form, in the order in which they are offered."""


def form_of(section: Section, piece: Mapping[str, Any]) -> Form | None:
    """Return the form that shows all of a piece, None when there is none."""
    return next(
        (form for form in FORMS.values() if form.section == section and form.fits(piece)), None
    )
