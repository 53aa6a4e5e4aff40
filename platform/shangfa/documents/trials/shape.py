"""The shape of a case; what else HR notes beside it, such as its source, is not read.

Keys may be written in Chinese, days as `2019/6/1`, digits full-width.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from shangfa.documents.plain import half_width, plain_day
from shangfa.documents.policy.shape import Code
from shangfa.domain.account import ACCOUNTS, AccountName
from shangfa.domain.dates.days import read_local
from shangfa.domain.incident import SubjectKind
from shangfa.domain.policies.facts import to_decimal
from shangfa.domain.policies.kinds import ParamsError
from shangfa.domain.text import Note

_MOMENT = Note(
    "须为日期或本地时间，如 2026-03-02 或 2026-03-02T19:30",
    "a day or a local date-time is expected, as 2026-03-02 or 2026-03-02T19:30",
)
_NUMBER = Note("须为数字", "a number is expected")
ANYBODY = "E"
"""Whom a case is about when it names nobody."""


def _moment(value: Any) -> date | datetime:
    try:
        return value if isinstance(value, date) else read_local(plain_day(str(value)))
    except (TypeError, ValueError):
        raise ParamsError(((), _MOMENT)) from None


def _number(value: Any) -> Decimal:
    try:
        return to_decimal(half_width(value) if isinstance(value, str) else value)
    except ValueError:
        raise ParamsError(((), _NUMBER)) from None


def _half(value: Any) -> Any:
    return half_width(value) if isinstance(value, str) else value


_ACCOUNTS: Final = {held.zh: name for name, held in ACCOUNTS.items()}


def _account(value: Any) -> Any:
    return _ACCOUNTS.get(value, value) if isinstance(value, str) else value


Account = Annotated[AccountName, BeforeValidator(_account)]


def _word(value: Any) -> Any:
    """Take a code written as a number as its digits."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _words(value: Any) -> Any:
    return {_word(key): item for key, item in value.items()} if isinstance(value, dict) else value


def _day(value: Any) -> date:
    found = _moment(value)
    return found.date() if isinstance(found, datetime) else found


Moment = Annotated[Any, BeforeValidator(_moment)]
Day = Annotated[date, BeforeValidator(_day)]
Number = Annotated[Decimal, BeforeValidator(_number)]
Word = Annotated[str, BeforeValidator(_word)]


WORDS: Final[Mapping[str, str]] = {
    "编号": "id",
    "标题": "title",
    "制度": "policy",
    "日历": "calendar",
    "参数": "parameters",
    "假定": "given",
    "当": "when",
    "结账": "close",
    "输入": "inputs",
    "则": "then",
    "时间": "at",
    "条款": "clause",
    "对象": "subject",
    "各对象": "subjects",
    "人员": "subjects",
    "数量": "quantity",
    "单位": "unit",
    "事实": "facts",
    "备注": "note",
    "提前解除": "lifted",
    "后果": "effects",
    "调整": "adjustments",
    "选择": "choices",
    "期限": "deadlines",
    "拒绝": "refused",
    "账户": "account",
    "最少": "min",
    "最多": "max",
    "步骤": "step",
    "截止": "due",
    "类别": "kind",
    "姓名": "name",
    "部门": "department",
    "岗位": "position",
    "上级": "supervisor",
    "日工资": "day_wage",
    "属性": "attributes",
    "入职": "since",
    "离职": "until",
    "变更": "changes",
    "起": "from",
    "选定": "chosen",
    "撤销": "reversed",
    "已结账": "closed",
}
"""Chinese keys -> ours; at the places of a case alone, never among facts or attributes."""


def renamed(value: Any) -> Any:
    """Return an object with its Chinese keys as ours."""
    if not isinstance(value, dict):
        return value
    return {WORDS.get(key, key): item for key, item in value.items()}


class _Doc(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    _renamed = model_validator(mode="before")(renamed)


class ChangeDoc(_Doc):
    """What somebody is from a day on; what is not named stays as it was."""

    start: Annotated[Day, Field(alias="from")]
    department: str | None = None
    position: str | None = None
    supervisor: Word | None = None
    attributes: dict[str, Any] = {}


class PersonDoc(_Doc):
    """Somebody of the case, as of the first day and as it changed."""

    kind: SubjectKind = "employee"
    name: str = ""
    department: str | None = None
    position: str | None = None
    supervisor: Word | None = None
    day_wage: Number | None = None
    attributes: dict[str, Any] = {}
    since: Day | None = Field(default=None, description="first day in the company")
    until: Day | None = Field(default=None, description="last day in the company")
    changes: tuple[ChangeDoc, ...] = Field(default=(), description="what is otherwise later on")


class EventDoc(_Doc):
    """An incident, as it is reported."""

    at: Moment
    clause: Code
    subject: Any = ANYBODY
    subjects: Any = None
    quantity: Annotated[Any, BeforeValidator(_half)] = 1
    unit: str | None = None
    facts: dict[str, Any] | None = None
    policy: str | None = None
    note: str = ""
    evidence: tuple[Any, ...] = ()
    external_id: Any = None
    lifted: Annotated[dict[str, Moment], BeforeValidator(_words)] = {}
    """Units of what it gives that are lifted before their term, each from a day on."""
    chosen: Number | None = Field(default=None, description="what was set for its choice")
    reversed: bool = Field(default=False, description="it was taken back")

    @property
    def local(self) -> tuple[date, datetime | None]:
        """The local day and, when given, the local moment."""
        return split_moment(self.at)


class EffectDoc(_Doc):
    """An effect that is expected."""

    subject: Word = ANYBODY
    account: Account
    unit: Word
    quantity: Number


class ChoiceDoc(_Doc):
    """A choice that is expected; `max` is empty when open."""

    subject: Word = ANYBODY
    account: Account
    unit: Word
    min: Number
    max: Number | None = None


class DeadlineDoc(_Doc):
    """A deadline that is expected."""

    step: str
    due: Moment


class ThenDoc(_Doc):
    """What is expected; what is not named is not compared, but for the effects."""

    effects: tuple[EffectDoc, ...] | None = None
    adjustments: tuple[EffectDoc, ...] | None = Field(
        default=None, description="what changes of facts after this one, which ask for history"
    )
    choices: tuple[ChoiceDoc, ...] | None = None
    deadlines: tuple[DeadlineDoc, ...] | None = None
    refused: str | None = None


class CaseDoc(BaseModel):
    """A case: given these incidents, when this one, or when a month closes, then this."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Word
    policy: str | None = None
    calendar: str | None = None
    parameters: dict[str, Any] = {}
    subjects: Annotated[dict[str, PersonDoc | None], BeforeValidator(_words)] | None = None
    given: tuple[EventDoc, ...] | None = None
    when: EventDoc | None = None
    closed: tuple[Word, ...] = Field(default=(), description="months closed before: 2026-01")
    close: Annotated[Word | None, Field(description="a period: 2026-03, 2026Q1 or 2026")] = None
    inputs: dict[str, Any] | None = None
    then: ThenDoc | None = None

    _renamed = model_validator(mode="before")(renamed)

    @property
    def people(self) -> Mapping[str, PersonDoc | None]:
        """Those who are named."""
        return self.subjects or {}


def split_moment(value: date | datetime) -> tuple[date, datetime | None]:
    """Return the local day and, when given, the local moment."""
    return (value.date(), value) if isinstance(value, datetime) else (value, None)
