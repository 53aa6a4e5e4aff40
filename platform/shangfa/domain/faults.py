"""What can be refused, and how each refusal is said.

A fault is declared once, beside its noun: `domain/<room>/faults.py`, or here when every
room has it. Its code is stable and public, its class says what kind of no it is (the API
makes a status of it), its two texts say what is wrong and what is allowed. One exception
carries every fault found, so a caller mends them all at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final

from shangfa.domain.text import Note


class Refusal(Enum):
    """What kind of no a fault is."""

    MALFORMED = auto()
    UNAUTHENTICATED = auto()
    FORBIDDEN = auto()
    HIDDEN = auto()
    """Not there, or not for the asker: the two are not told apart."""
    CONFLICT = auto()
    STALE = auto()
    UNCONDITIONAL = auto()
    TOO_LARGE = auto()
    INVALID = auto()
    BROKEN = auto()
    BUSY = auto()


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A thing that can be wrong.

    Attributes:
        code: stable and public.
        zh, en: the sentence, filled with a fault's values.
    """

    code: str
    refusal: Refusal
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        pointer: JSON pointer into the input, "" for the whole.
        values: what the two texts are filled with; a `Note` is said in each language.
        place: `file:line` when the input came from a file.
    """

    kind: FaultKind
    pointer: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    place: str = ""

    @property
    def code(self) -> str:
        """The stable name of what is wrong."""
        return self.kind.code

    @property
    def zh(self) -> str:
        """The Chinese text."""
        return self.kind.zh.format(**self._words("zh"))

    @property
    def en(self) -> str:
        """The English text."""
        return self.kind.en.format(**self._words("en"))

    def _words(self, language: str) -> dict[str, Any]:
        return {
            name: value.text(language) if isinstance(value, Note) else value
            for name, value in self.values.items()
        }

    def __str__(self) -> str:
        """Both texts, for consoles and logs."""
        return f"{self.place + ': ' if self.place else ''}{self.code}: {self.zh} | {self.en}"


MORE_FAULTS: Final = FaultKind(
    "more_faults",
    Refusal.INVALID,
    "另有{value}处问题未列出；请先改正以上各处。",
    "{value} more faults are not listed; mend these first.",
)

TOLD: Final = 100
"""So many faults of one input are told; the rest are counted."""


class RefusedError(Exception):
    """The input cannot be taken; nothing was stored."""

    def __init__(self, *faults: Fault) -> None:
        told = faults[:TOLD]
        if faults[TOLD:]:
            told += (Fault(MORE_FAULTS, "", {"value": len(faults) - TOLD}),)
        super().__init__("; ".join(str(fault) for fault in told))
        self.faults = told

    @property
    def kind(self) -> FaultKind:
        """The kind of the first fault."""
        return self.faults[0].kind

    @property
    def code(self) -> str:
        """The code of the first fault."""
        return self.kind.code


def refused(kind: FaultKind, pointer: str = "", **values: Any) -> RefusedError:
    """Return the error for one fault; the caller raises it."""
    return RefusedError(Fault(kind, pointer, values))


NOT_FOUND: Final = FaultKind(
    "not_found", Refusal.HIDDEN, "找不到所请求的内容。", "What was asked for does not exist."
)

OUT_OF_RANGE: Final = FaultKind(
    "out_of_range",
    Refusal.INVALID,
    "“{value}”超出允许范围{allowed}。",
    "{value!r} is outside the allowed range {allowed}.",
)

PLUGIN_FAILED: Final = FaultKind(
    "plugin_failed",
    Refusal.BROKEN,
    "插件“{plugin}”未能给出结果：{reason}。未存储任何内容，请联系插件作者。",
    "Plugin {plugin!r} failed: {reason}. Nothing was stored; tell the plugin's author.",
)

CALENDAR_MISSING: Final = FaultKind(
    "calendar_missing",
    Refusal.INVALID,
    "日历“{calendar}”没有{year}年的数据，无法计算工作日；请为公司补录该年的放假与调休日。",
    "Calendar {calendar!r} holds no data for {year}, so working days cannot be counted; "
    "add that year's days off and make-up days to the tenant's calendar.",
)

DUPLICATE: Final = FaultKind(
    "duplicate",
    Refusal.CONFLICT,
    "“{value}”已存在；请使用其他编号，或更新已有的那一个。",
    "{value!r} exists already; use another code or update the existing one.",
)

IDEMPOTENCY_KEY_REUSED: Final = FaultKind(
    "idempotency_key_reused",
    Refusal.INVALID,
    "Idempotency-Key 已用于另一个请求；请换一个新的值。",
    "This Idempotency-Key was used with another request; take a new one.",
)

REQUEST_IN_PROGRESS: Final = FaultKind(
    "request_in_progress",
    Refusal.CONFLICT,
    "同一 Idempotency-Key 的请求仍在处理；请稍后重试。",
    "A request with this Idempotency-Key is still running; try again shortly.",
)

STALE_VERSION: Final = FaultKind(
    "stale_version",
    Refusal.STALE,
    "内容已被他人更新；请重新读取后带新的 ETag 再试。",
    "This was changed by somebody else; read it again and send the new ETag in If-Match.",
)

PRECONDITION_REQUIRED: Final = FaultKind(
    "precondition_required",
    Refusal.UNCONDITIONAL,
    "更新须带 If-Match；请先读取并取得 ETag。",
    "Updates need If-Match; read the resource first and send its ETag.",
)

INVALID: Final = FaultKind(
    "invalid", Refusal.INVALID, "“{value}”无效：{why}。", "{value!r} is not valid: {why}."
)

MISSING: Final = FaultKind(
    "missing", Refusal.INVALID, "缺少必填项“{value}”。", "{value!r} is required."
)

UNKNOWN_FIELD: Final = FaultKind(
    "unknown_field",
    Refusal.INVALID,
    "没有名为“{value}”的项；可用：{allowed}。",
    "There is no field {value!r}; allowed are: {allowed}.",
)

NOT_A_DOCUMENT: Final = FaultKind(
    "not_a_document", Refusal.MALFORMED, "无法读取：{why}。", "Cannot be read: {why}."
)

NO_CHANGE: Final = FaultKind(
    "no_change", Refusal.INVALID, "没有可更新的内容。", "There is nothing to change."
)

TOO_LARGE: Final = FaultKind(
    "too_large",
    Refusal.TOO_LARGE,
    "请求超过{allowed}字节。",
    "The request is larger than {allowed} bytes.",
)

BUSY: Final = FaultKind(
    "busy", Refusal.BUSY, "系统繁忙，请稍后重试。", "The service is busy; try again shortly."
)

INTERNAL: Final = FaultKind(
    "internal",
    Refusal.BROKEN,
    "系统内部错误，已记录，编号{value}；未存储任何内容。",
    "Internal error, logged as {value}; nothing was stored.",
)


REASON: Final = 500
"""Letters of why a plugin failed: it may have returned a book."""


class PluginFailedError(RefusedError):
    """A plugin raised, or returned something it must not return."""

    def __init__(self, plugin: str, reason: str) -> None:
        reason = reason if len(reason) <= REASON else f"{reason[:REASON]}…"
        super().__init__(Fault(PLUGIN_FAILED, "", {"plugin": plugin, "reason": reason}))
        self.plugin = plugin
