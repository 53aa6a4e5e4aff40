"""All words of the pages, in Chinese and in English.

A text that is not here is a mistake of a page; a word that is not here, such as a company's
own unit, is shown as it is written.
"""

from __future__ import annotations

from typing import Final

from shangfa.console.words.acts import ACTS, GATE_NAMES
from shangfa.console.words.months import MONTH_NAMES, MONTHS
from shangfa.console.words.names import NAMES as KNOWN
from shangfa.console.words.office import OFFICE, OFFICE_NAMES
from shangfa.console.words.schemes import FORM_NAMES, SCHEMES
from shangfa.console.words.setup import SETUP, SETUP_NAMES
from shangfa.console.words.texts import TEXTS as WORKED
from shangfa.domain.text import UNSAID, WORDS

__all__ = ["NAMES", "TEXTS", "text", "word"]

TEXTS: Final = WORKED | OFFICE | ACTS | SCHEMES | SETUP | MONTHS
NAMES: Final = KNOWN | GATE_NAMES | FORM_NAMES | SETUP_NAMES | MONTH_NAMES | OFFICE_NAMES


def text(language: str, key: str) -> str:
    """Return a text of the pages.

    Raises:
        KeyError: there is none.
    """
    zh, en = TEXTS[key]
    return zh if language == "zh" else en


def word(language: str, name: object) -> str:
    """Return what a name of the API is called, itself when nothing else is known."""
    said = UNSAID if name is None else str(name)
    zh, en = NAMES.get(said) or WORDS.get(said) or (said, said)
    return zh if language == "zh" else en
