"""What can be refused, and how each refusal is said.

A fault is declared once, beside its noun: `domain/<room>/faults.py`, or here when every
room has it. Its code is stable and public, its class says what kind of no it is (the API
makes a status of it), its two texts say what is wrong and what is allowed. One exception
carries every fault found, so a caller mends them all at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import islice
from typing import Any, Final

from shangfa.domain.text import Note

LONGEST_VALUE: Final = 80
"""Letters of a value that are shown."""
LONGEST_SENTENCE: Final = 1000
"""Letters of what is said about it."""
MOST_TOLD: Final = 100
"""Faults that are told at once."""
SENTENCES: Final = frozenset({"allowed", "why", "reason", "chain", "near", "missing"})


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
    METHOD = auto()
    ADDRESS_TOO_LONG = auto()
    UNSUPPORTED = auto()
    """A body of a kind that is not read here."""
    HEADERS_TOO_LARGE = auto()
    INVALID = auto()
    TOO_MANY = auto()
    """Asked too often; `seconds` says when to come back."""
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
        return {name: _shown(name, value, language) for name, value in self.values.items()}

    def __str__(self) -> str:
        """Both texts, for consoles and logs."""
        return f"{self.place + ': ' if self.place else ''}{self.code}: {self.zh} | {self.en}"


class _Plain(str):
    """What is no text: shown without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _shown(name: str, value: Any, language: str) -> Any:
    """Return a value as its sentence shows it, cut when it is long."""
    if isinstance(value, Note):
        text: str = _Plain(value.text(language))
    else:
        text = value if isinstance(value, str) else _Plain(_written(value))
    most = LONGEST_SENTENCE if name in SENTENCES else LONGEST_VALUE
    return text if len(text) <= most else type(text)(f"{text[: most - 1]}…")


def _written(value: Any) -> str:
    """Return what is no text as JSON writes it, and what JSON does not know as itself."""
    if value is None or isinstance(value, bool | list | tuple | dict):
        with suppress(TypeError, ValueError, RecursionError):
            return json.dumps(value, ensure_ascii=False, default=str)
    try:
        return str(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, a list without end
        return type(value).__name__


def inside(pointer: str, key: object) -> str:
    """Return the JSON pointer of an item; a letter that no text holds is written out."""
    step = str(key).encode("utf-8", "backslashreplace").decode()
    step = step if len(step) <= LONGEST_VALUE else f"{step[: LONGEST_VALUE - 1]}…"
    return f"{pointer}/{step.replace('~', '~0').replace('/', '~1')}"


class RefusedError(Exception):
    """The input cannot be taken; nothing was stored."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = tuple(told(faults))
        super().__init__(*self.faults)

    def __str__(self) -> str:
        """Every fault, for consoles and logs."""
        return "; ".join(str(fault) for fault in self.faults)

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

PLUGIN_OVERDUE: Final = FaultKind(
    "plugin_overdue",
    Refusal.BUSY,
    "插件“{plugin}”未在限定的时间或内存内给出结果：{reason}。未存储任何内容；请稍后重试，"
    "再次出现请联系插件作者。",
    "Plugin {plugin!r} gave no answer within its time and memory: {reason}. Nothing was stored; "
    "try again, and tell the plugin's author if it happens again.",
)

PLUGIN_DISABLED: Final = FaultKind(
    "plugin_disabled",
    Refusal.BUSY,
    "插件“{plugin}”已停用：{why}。用到它的制度暂不可用，其他照常；请运维人员修好该插件并重启进程。",
    "Plugin {plugin!r} is disabled: {why}. Policies that use it wait, all others go on; let the "
    "operator mend the plugin and restart.",
)

CALENDAR_MISSING: Final = FaultKind(
    "calendar_missing",
    Refusal.INVALID,
    "日历“{calendar}”没有{year}年的数据，无法计算工作日；请运维人员用 shangfa calendar load FILE "
    "导入该年的放假通知，或在公司日历中补录。",
    "Calendar {calendar!r} holds no data for {year}, so working days cannot be counted; let the "
    "operator load that year's notice with `shangfa calendar load FILE`, or add the year to the "
    "tenant's calendar.",
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
    "更新须带 If-Match；请先读取并取得 ETag，新建则写 *。",
    "Updates need If-Match; read the resource first and send its ETag, or * for a new one.",
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

MORE_FAULTS: Final = FaultKind(
    "more_faults",
    Refusal.INVALID,
    "另有{value}处错误未列出；请先改正以上各处。",
    "And {value} more; mend the ones above first.",
)

MALFORMED_REQUEST: Final = FaultKind(
    "malformed_request",
    Refusal.MALFORMED,
    "无法解读此 HTTP 请求：{why}。",
    "The HTTP request cannot be read: {why}.",
)

METHOD_NOT_ALLOWED: Final = FaultKind(
    "method_not_allowed",
    Refusal.METHOD,
    "此地址不接受“{value}”；可用：{allowed}。",
    "This address does not take {value!r}; allowed are: {allowed}.",
)

UNSUPPORTED_MEDIA_TYPE: Final = FaultKind(
    "unsupported_media_type",
    Refusal.UNSUPPORTED,
    "不接受“{value}”的正文；可用：{allowed}。",
    "A body of {value!r} is not read here; allowed are: {allowed}.",
)

ADDRESS_TOO_LONG: Final = FaultKind(
    "address_too_long",
    Refusal.ADDRESS_TOO_LONG,
    "请求行超过{allowed}字节；请缩短地址与查询参数。",
    "The request line is longer than {allowed} bytes; shorten path and query.",
)

HEADERS_TOO_LARGE: Final = FaultKind(
    "headers_too_large",
    Refusal.HEADERS_TOO_LARGE,
    "请求头过大；最多{number}个，每个最多{allowed}字节。",
    "The headers are too large; at most {number}, each of at most {allowed} bytes.",
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


def told(faults: Iterable[Fault]) -> list[Fault]:
    """Return the first hundred faults, and how many more there are."""
    rest = iter(faults)
    first = list(islice(rest, MOST_TOLD))
    left = sum(fault.values["value"] if fault.kind is MORE_FAULTS else 1 for fault in rest)
    return [*first, Fault(MORE_FAULTS, "", {"value": left})] if left else first


REASON: Final = 500
"""Letters of why a plugin failed: it may have returned a book."""


class PluginFailedError(RefusedError):
    """A plugin raised, or returned something it must not return."""

    def __init__(self, plugin: str, reason: str, kind: FaultKind = PLUGIN_FAILED) -> None:
        reason = reason if len(reason) <= REASON else f"{reason[:REASON]}…"
        super().__init__(Fault(kind, "", {"plugin": plugin, "reason": reason}))
        self.plugin = plugin
