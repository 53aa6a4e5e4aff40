"""The columns of a file of people, the headers and words they go by, and what stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from shangfa.domain.faults import INVALID, refused
from shangfa.domain.text import Note

COLUMNS: Final = (
    "code",
    "name",
    "kind",
    "department",
    "position",
    "supervisor",
    "since",
    "day_wage",
    "attributes",
    "first_day",
    "last_day",
)
HEADINGS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("编号", "工号", "学号", "代码"), "code"),
    **dict.fromkeys(("姓名", "名称"), "name"),
    **dict.fromkeys(("类别", "类型"), "kind"),
    **dict.fromkeys(("部门", "班级"), "department"),
    **dict.fromkeys(("岗位", "职位", "职务"), "position"),
    **dict.fromkeys(("上级", "直属上级", "主管", "班主任"), "supervisor"),
    **dict.fromkeys(("生效日", "生效日期"), "since"),
    **dict.fromkeys(("入职日期", "入职日"), "first_day"),
    **dict.fromkeys(("离职日期", "离职日"), "last_day"),
    **dict.fromkeys(("日工资", "日薪"), "day_wage"),
    "属性": "attributes",
}
"""Header -> column."""
_NO_CODE: Final = Note(
    "编号前后不能有空白，不能含有 / 或控制字符，也不能是 . 与 ..",
    "a code has no blanks at its ends, no / and no control letters, and is not . or ..",
)
_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("员工", "个人"), "employee"),
    **dict.fromkeys(("班组", "团队"), "team"),
    **dict.fromkeys(("合作方", "合作伙伴"), "partner"),
}
_FLAGS: Final = {"true": True, "false": False, "是": True, "否": False}


def check_code(code: str) -> None:
    """Let pass a code that an address and a line of a file can name.

    Raises:
        RefusedError: `invalid`.
    """
    if code != code.strip() or "/" in code or code in {".", ".."} or not code.isprintable():
        raise refused(INVALID, "/code", value=code, why=_NO_CODE)


def kind_of(word: str) -> str:
    """Return the kind of subject that a word means, the word itself when it is none of ours."""
    return _KINDS.get(word, word)


def read_attributes(text: str) -> dict[str, Any]:
    """Read `regular=true;grade=3` as booleans where they are written so, else text.

    Raises:
        ValueError: with what is no `name=value`.
    """
    found: dict[str, Any] = {}
    for item in filter(None, text.replace("；", ";").replace("＝", "=").split(";")):
        name, sign, value = item.partition("=")
        if not sign or not name.strip():
            raise ValueError(item)
        found[name.strip()] = _FLAGS.get(value.strip(), value.strip())
    return found
