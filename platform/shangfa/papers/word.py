"""Slips for Word: a form filled with the names of `papers.sheet`, the same bytes every time.

A form of a tenant is a program of somebody else's: it is filled in a sandbox that can call
nothing, by a process of its own with little memory and time.
"""

from __future__ import annotations

import base64
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NoReturn

from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from shangfa.domain.faults import refused
from shangfa.domain.slips.faults import FORM_UNUSABLE
from shangfa.domain.slips.slip import Slip
from shangfa.papers.letters import each, written
from shangfa.papers.sheet import sheet

FORM: Final = Path(str(files("shangfa.papers") / "slip.docx"))
EAST_ASIAN: Final = "宋体"
"""The font of Chinese letters where a form names none."""
MEMORY: Final = 512 * 1024 * 1024
"""Bytes that filling a tenant's form may take."""
SECONDS: Final = 20
"""Seconds of a processor that it may take."""
LARGEST: Final = 4 * 1024 * 1024
"""Bytes of the largest form."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Names, conditions and loops over what is there; no call, no arithmetic."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def is_safe_callable(self, obj: Any) -> bool:
        """Call nothing."""
        return False

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> NoReturn:
        """Compute nothing."""
        raise SecurityError(f"a form cannot compute with {operator}")


def slip_docx(slip: Slip, form: bytes | None = None) -> bytes:
    """Return a slip as a Word document.

    `form`: a tenant's own, None for the one that comes with the install.

    Raises:
        RefusedError: `form_unusable`.
    """
    names = each(sheet(slip), written)
    if form is None:
        return _fill(FORM.read_bytes(), names, slip.issued_on)
    if len(form) > LARGEST:
        raise refused(FORM_UNUSABLE, why=f"> {LARGEST} B")
    return _fill_apart(form, names, slip.issued_on)


def _fill_apart(form: bytes, names: Any, day: date) -> bytes:
    asked = json.dumps([base64.b64encode(form).decode(), names, day.isoformat()]).encode()
    command = [sys.executable, "-m", "shangfa.papers.word"]
    try:
        done = subprocess.run(  # noqa: S603 - ourselves
            command, input=asked, capture_output=True, timeout=3 * SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise refused(FORM_UNUSABLE, why=f"> {SECONDS} s") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise refused(FORM_UNUSABLE, why=said[-1] if said else f"> {MEMORY} B / {SECONDS} s")
    return done.stdout


def _fill(form: bytes, names: Mapping[str, Any], day: date) -> bytes:
    document = DocxTemplate(BytesIO(form))
    document.render(each(names, _as_xml), _Sandbox(undefined=StrictUndefined), autoescape=True)
    _set_font(document)
    properties = document.docx.core_properties
    properties.title = f"奖罚单 {names['number']}"
    properties.author = properties.last_modified_by = names["company"][:255]
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    properties.created = properties.modified = at.replace(tzinfo=None)
    properties.revision = 1
    made = BytesIO()
    document.save(made)
    return _packed(made)


def _as_xml(text: str) -> str:
    """Return a text as XML, its braces as numbers: docxtpl makes `{{` of a written `{_{`."""
    plain = str(escape(text)).replace("{", "&#123;").replace("}", "&#125;")
    return Markup(plain)  # noqa: S704 - escaped a line before


def _set_font(document: Any) -> None:
    """Name a font for Chinese letters where the form's defaults name none."""
    found = document.docx.styles.element.find(f"{qn('w:docDefaults')}//{qn('w:rFonts')}")
    if found is None:
        document.docx.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts()
        found = document.docx.styles["Normal"].element.rPr.rFonts
    if found.get(qn("w:eastAsia")) is None:
        found.attrib.pop(qn("w:eastAsiaTheme"), None)
        found.set(qn("w:eastAsia"), EAST_ASIAN)


def _packed(made: BytesIO) -> bytes:
    """Return a document packed anew, without the time of day."""
    out = BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def main() -> None:
    """Fill the form on standard input with little memory and time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    form, names, day = json.load(sys.stdin.buffer)
    try:
        made = _fill(base64.b64decode(form), names, date.fromisoformat(day))
    except TemplateError as error:
        sys.exit(f"{error.message or type(error).__name__}")
    except MemoryError:
        sys.exit(f"> {MEMORY} B")
    except Exception as error:  # whatever a file that is no document raises
        sys.exit(f"{type(error).__name__}: {error}")
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
