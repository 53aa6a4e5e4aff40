"""The shape of a policy document. Its JSON Schema is `api_specs/policy.schema.json`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from shangfa.documents.plain import NUMBER
from shangfa.domain.cases.states import IMMEDIATE
from shangfa.domain.incident import SubjectKind
from shangfa.domain.policies.facts import MONEY, to_decimal
from shangfa.domain.policies.kinds import MOST, ParamsError
from shangfa.domain.text import Note
from shangfa.sdk import Window

CLAUSES: Final = 2_000
RULES: Final = 200
"""Reactions, programmes, facts or parameters."""
FEW: Final = 100
"""Parts of a clause, rungs, options, patterns of codes, common parts."""
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
FactType = Literal[
    "bool", "int", "number", "money", "text", "choice", "date", "month", "time", "moment", "table"
]


_QUOTES: Final = Note(
    "编号是文字：请加引号，如 '{0}'", "a code is a text: write it in quotes, as '{0}'"
)


def _text_code(value: Any) -> Any:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        raise ParamsError(((), _QUOTES.of(value)))
    return value


def _number(value: Decimal) -> Decimal:
    try:
        return to_decimal(value)
    except ValueError:
        raise ParamsError(((), NUMBER)) from None


Number = Annotated[Decimal, AfterValidator(_number)]
Code = Annotated[str, BeforeValidator(_text_code), Field(min_length=1, max_length=80)]

Title = Annotated[str, Field(max_length=500)]
ProcedureName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]


class _Doc(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FactDoc(_Doc):
    """A fact an incident under the clause carries; the short form is just its type."""

    type: FactType
    zh: str = Field(default="", description="label")
    required: bool = True
    default: Any = None
    values: tuple[str, ...] = Field(default=(), max_length=FEW, description="options of a choice")
    least: Number | None = None
    most: Number | None = Field(
        default=None, description=f"largest number; {MONEY} for money unless said"
    )
    kept: bool = Field(default=False, description="kept for the record though no rule reads it")


class AttributeDoc(_Doc):
    """An attribute of subjects that conditions may ask for; the short form is just its type."""

    type: Literal["bool", "int", "number", "text", "choice", "date"]
    zh: str = Field(default="", description="label")
    values: tuple[str, ...] = Field(default=(), max_length=FEW, description="options of a choice")

    def as_fact(self) -> FactDoc:
        """Return it as the fact it is read like."""
        return FactDoc(type=self.type, zh=self.zh, required=False, values=self.values)


def _short_fact(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


class QuantityDoc(_Doc):
    """The unit of the quantity; times, whole, 1 or more unless said."""

    unit: str = "times"
    least: Number = Decimal(1)
    whole: bool = True
    most: Number | None = Field(
        default=None,
        description=f"largest quantity of one incident; {MONEY} in CNY, {MOST} else unless said",
    )


class PartDoc(_Doc):
    """One consequence of a clause."""

    code: Code | None = Field(default=None, description="what the effect cites; the clause if none")
    title: Title | None = None
    when: dict[str, Any] | None = Field(default=None, description="condition on facts")
    kind: str
    params: dict[str, Any] = {}


class ClauseDoc(_Doc):
    """A clause: either one `kind` with `params`, or `parts`."""

    code: Code
    title: Title
    source: str = Field(default="", description="place in the source document")
    quantity: QuantityDoc | None = None
    facts: dict[str, Annotated[FactDoc, BeforeValidator(_short_fact)]] = Field(
        default={}, max_length=FEW
    )
    when: dict[str, Any] | None = None
    kind: str | None = None
    params: dict[str, Any] = {}
    choose: Literal["all", "first"] = "all"
    parts: tuple[PartDoc, ...] = Field(default=(), max_length=FEW)
    shared: bool = Field(default=False, description="several subjects need shares of 100")
    procedure: ProcedureName | None = Field(default=None, description="the policy's if none")
    note: str = ""


class CommonDoc(_Doc):
    """Facts and parts that several clauses share, by glob patterns of their codes."""

    clauses: tuple[str, ...] = Field(max_length=FEW)
    facts: dict[str, Annotated[FactDoc, BeforeValidator(_short_fact)]] = Field(
        default={}, max_length=FEW
    )
    parts: tuple[PartDoc, ...] = Field(max_length=FEW)
    replaces: bool | str = False


class ReactionDoc(_Doc):
    """A function of a total."""

    code: Code
    title: Title = ""
    kind: str
    params: dict[str, Any] = {}


class ProgrammeDoc(_Doc):
    """A function over everybody when a period closes."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    code: Code | None = None
    title: Title = ""
    kind: str
    params: dict[str, Any] = {}


class ParameterDoc(_Doc):
    """A named value: a reading of an ambiguous place, or a value the company must fill."""

    value: Any = None
    allowed: tuple[Any, ...] = ()
    unit: str = ""
    note: str


class RungDoc(_Doc):
    """A rung of the ladder; the short form is just its key."""

    rung: str
    zh: str = ""
    en: str = ""


def _short_rung(value: Any) -> Any:
    return {"rung": value} if isinstance(value, str) else value


class LapseDoc(_Doc):
    """How long a mark or a point is in force: exactly one of these."""

    months: int | None = Field(default=None, ge=1, le=120, description="the last day included")
    days: int | None = Field(default=None, ge=1, le=3_660, description="after its own day")
    until: Window | None = Field(default=None, description="the end of the window it lies in")


class ScopeDoc(_Doc):
    """Whom the policy covers; what is left out covers all."""

    kinds: tuple[SubjectKind, ...] = ()
    departments: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    when: dict[str, Any] | None = Field(
        default=None, description="condition on subject.<attribute>"
    )


class PolicyDoc(_Doc):
    """A policy document."""

    policy: Slug
    title: Title
    effective_from: date = date(2000, 1, 1)
    source: str = ""
    scope: ScopeDoc = ScopeDoc()
    ladder: tuple[Annotated[RungDoc, BeforeValidator(_short_rung)], ...] = Field(
        default=(), max_length=FEW
    )
    parameters: dict[str, ParameterDoc] = Field(default={}, max_length=RULES)
    attributes: dict[str, Annotated[AttributeDoc, BeforeValidator(_short_fact)]] = Field(
        default={}, max_length=FEW, description="what conditions may ask for as subject.<name>"
    )
    clauses: tuple[ClauseDoc, ...] = Field(min_length=1, max_length=CLAUSES)
    common: tuple[CommonDoc, ...] = Field(default=(), max_length=FEW)
    reactions: tuple[ReactionDoc, ...] = Field(default=(), max_length=RULES)
    programmes: tuple[ProgrammeDoc, ...] = Field(default=(), max_length=RULES)
    lapses: dict[str, LapseDoc] = Field(
        default={}, max_length=FEW, description="rung or letter -> how long it is in force"
    )
    procedure: ProcedureName = Field(default=IMMEDIATE, description="how its cases move")
    procedures: tuple[ProcedureName, ...] = Field(
        default=(), max_length=FEW, description="others that an incident may ask for"
    )
    rounding: Annotated[str, Field(pattern=r"^(\$\w+|last|largest_remainder|whole_yuan)$")] = "last"
