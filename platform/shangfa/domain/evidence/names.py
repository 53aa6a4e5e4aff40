"""Names of files, kept as people gave them where they can do no harm."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from shangfa.domain.evidence.faults import UNSAFE_NAME, WRONG_TYPE
from shangfa.domain.evidence.kinds import ALLOWED, EXTENSIONS
from shangfa.domain.faults import refused
from shangfa.domain.text import Note

LONGEST: Final = 180
"""Bytes of a name in UTF-8; file systems hold 255, and a pack puts a number before it."""
_PATH: Final = re.compile(r"[/\\\0]|^\.+$|^[A-Za-z]:")
_HARMFUL: Final = re.compile(r'[<>:"|?*%\x00-\x1f\x7f-\x9f]')
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Letters nobody sees: they can turn the order of the others round."""
_DEVICE: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_KNOWN: Final = {name for names in EXTENSIONS.values() for name in names}
_FOREIGN: Final = frozenset(
    re.findall(
        r"\w+",
        "zip rar 7z gz tar exe msi bat cmd com scr js jar apk html htm svg xml doc xls ppt pptx"
        " docm xlsm wps et dps psd bmp avi mkv wmv flv ogg opus php sh py",
    )
)
"""What looks like a type of its own and is none of ours."""
NO_NAME: Final = Note("没有文件名", "there is none")
A_PATH: Final = Note("不能含有路径", "it must not hold a path")
TOO_LONG: Final = Note(
    f"UTF-8 编码须在{LONGEST}字节以内", f"at most {LONGEST} bytes of UTF-8 are expected"
)
NO_TYPE: Final = Note("的内容不是可接受的类型", "holds something that is not taken")
OTHER: Final = Note("的内容是 {0}，与扩展名不符", "holds {0}, which its extension does not say")


def harmless(given: str) -> str:
    """Return the name of a file without letters that nobody sees or systems mistake.

    Raises:
        RefusedError: `unsafe_name`: none, a path, or too long.
    """
    if _PATH.search(given):
        raise refused(UNSAFE_NAME, "/file", value=given, why=A_PATH)
    seen = "".join(c for c in unicodedata.normalize("NFC", given) if not _is_hidden(c))
    name = _HARMFUL.sub("_", seen).strip(". ")
    if _DEVICE.match(name):
        name = f"_{name}"
    if not name:
        raise refused(UNSAFE_NAME, "/file", value=given, why=NO_NAME)
    if len(name.encode()) > LONGEST:
        raise refused(UNSAFE_NAME, "/file", value=given, why=TOO_LONG)
    return name


def named_for(name: str, kind: str | None) -> str:
    """Return a harmless name with an extension that its content has.

    Raises:
        RefusedError: `wrong_type`: content that is not taken, or another than the name says.
    """
    if kind is None:
        raise refused(WRONG_TYPE, "/file", value=name, why=NO_TYPE, allowed=ALLOWED)
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    own = EXTENSIONS[kind]
    if extension in own:
        return name
    if extension in _KNOWN | _FOREIGN:
        raise refused(WRONG_TYPE, "/file", value=name, why=OTHER.of(kind), allowed=", ".join(own))
    return f"{name}.{own[0]}"


def _is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in _HIDDEN
