"""The shape of a policy document. Its JSON Schema is `api_specs/policy.schema.json`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from shangfa.documents.plain import NUMBER
from shangfa.domain.cases.states import IMMEDIATE
from shangfa.domain.history import What
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


_ONE_OF: Final = Note("恰须 {0} 之一", "exactly one of {0} is needed")
_PARTS_OR_SCALE: Final = Note("须有 parts 或 scale", "parts or scale is needed")
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
WORDING: Final = 4_000
"""Letters of a clause in full."""
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


class OfDoc(_Doc):
    """What history is asked for: exactly one; the short form `clause` is this clause."""

    itself: bool = Field(default=False, description="this clause, as it was reported")
    clause: Code | None = Field(default=None, description="another clause, as it was reported")
    counter: str | None = Field(default=None, description="a counter, as clauses and rules post it")
    rung: str | None = Field(default=None, description="a mark of the ladder")
    action: str | None = None
    letter: str | None = Field(default=None, description="points of a letter")
    money: Literal["fine", "reward", "compensation", "donation", "refund"] | None = Field(
        default=None, description="CNY of an account"
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        said = [name for name in type(self).model_fields if getattr(self, name)]
        if len(said) != 1:
            raise ParamsError(((), _ONE_OF.of(" / ".join(type(self).model_fields))))
        return self


class WithinDoc(_Doc):
    """A stretch of days that ends with the fact's; the short form is the window's name."""

    window: Window = "ever"
    days: int = Field(default=0, ge=0, le=36_600, description="so many days back, today the first")
    months: int = Field(default=0, ge=0, le=1_200, description="so many months back")


def _short_of(value: Any) -> Any:
    return {"itself": True} if value == "clause" else value


def _short_within(value: Any) -> Any:
    return {"window": value} if isinstance(value, str) else value


class HistoryDoc(_Doc):
    """A fact that the subject's own history answers: nobody types it."""

    ask: What = Field(
        description="nth: which time this is, from 1; sum: what was posted before; "
        "days_since: days since the last one; in_force: whether one is in force"
    )
    of: Annotated[OfDoc, BeforeValidator(_short_of)] = OfDoc(itself=True)
    within: Annotated[WithinDoc, BeforeValidator(_short_within)] = WithinDoc()
    same: tuple[str, ...] = Field(
        default=(),
        max_length=FEW,
        description="of clauses: facts whose value was the same, such as the customer",
    )
    zh: str = Field(default="", description="label")


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


def _percent(value: Any) -> Any:
    """Take a percentage, or a parameter that will be one."""
    if isinstance(value, str) and value.startswith("$"):
        return value
    try:
        number = to_decimal(value)
    except ValueError:
        number = Decimal(0)
    if not 0 < number <= TEN_TIMES:
        raise ParamsError(((), PERCENT))
    return number


TEN_TIMES: Final = 1_000
"""Percent of a scale at most."""
PERCENT: Final = Note("须为大于 0、至多 1000 的数", "a number over 0, 1000 at most")
Percent = Annotated[
    Any,
    BeforeValidator(_percent),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "maximum": TEN_TIMES},
                {"type": "string", "pattern": r"^\$\w+$"},
            ]
        }
    ),
]


class ScaleDoc(_Doc):
    """Money, pay and points of a clause times a percentage where a condition holds."""

    when: dict[str, Any] | None = Field(default=None, description="condition on facts")
    percent: Percent = Field(description="200 doubles, 50 halves")


class ClauseDoc(_Doc):
    """A clause: either one `kind` with `params`, or `parts`."""

    code: Code
    title: Title
    source: str = Field(default="", description="place in the source document")
    quantity: QuantityDoc | None = None
    facts: dict[str, Annotated[FactDoc, BeforeValidator(_short_fact)]] = Field(
        default={}, max_length=FEW
    )
    history: dict[str, HistoryDoc] = Field(
        default={}, max_length=FEW, description="facts that the subject's history answers"
    )
    when: dict[str, Any] | None = None
    kind: str | None = None
    params: dict[str, Any] = {}
    choose: Literal["all", "first"] = "all"
    parts: tuple[PartDoc, ...] = Field(default=(), max_length=FEW)
    scale: tuple[ScaleDoc, ...] = Field(default=(), max_length=FEW)
    shared: bool = Field(default=False, description="several subjects need shares of 100")
    procedure: ProcedureName | None = Field(default=None, description="the policy's if none")
    note: str = ""
    wording: str = Field(default="", max_length=WORDING, description="printed on slips")


class CommonDoc(_Doc):
    """Facts and parts that several clauses share, by glob patterns of their codes."""

    clauses: tuple[str, ...] = Field(max_length=FEW)
    facts: dict[str, Annotated[FactDoc, BeforeValidator(_short_fact)]] = Field(
        default={}, max_length=FEW
    )
    history: dict[str, HistoryDoc] = Field(
        default={}, max_length=FEW, description="facts that the subject's history answers"
    )
    parts: tuple[PartDoc, ...] = Field(default=(), max_length=FEW)
    scale: tuple[ScaleDoc, ...] = Field(default=(), max_length=FEW)
    replaces: bool | str = False

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not {"parts", "scale"} & self.model_fields_set:
            raise ParamsError(((), _PARTS_OR_SCALE))
        return self


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


LANGUAGE: Final = 1
"""The language of policy documents that is read."""
_LANGUAGE: Final = Note(
    "本系统读的是语言版本 {0}；请把 language 改为 {0}（或删去此行），并按参考页改写，"
    "或在支持该版本的系统上使用",
    "this system reads language {0}; write `language: {0}` (or nothing) and follow the reference, "
    "or use a system that reads it",
)


def _known_language(value: Any) -> Any:
    if value != LANGUAGE or isinstance(value, bool):
        raise ParamsError(((), _LANGUAGE.of(LANGUAGE)))
    return value


class PolicyDoc(_Doc):
    """A policy document."""

    language: Annotated[Literal[1], BeforeValidator(_known_language)] = 1
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
