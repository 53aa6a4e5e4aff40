"""A schema whose sound bodies are read without marshmallow's going round.

marshmallow asks every field of a schema, also those that were not sent, through closures that
collect errors; for the body that is sent most this took longer than to read its JSON. Here what
was sent is looked at, texts by their lengths alone. Whatever is not plainly sound is left to
marshmallow, so there is one judge of faults and one set of words for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate

UNBOUND: Final = 10**9


class QuickSchema(Schema):
    """A schema read quickly; its fields go by their own names and have no defaults."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._texts: dict[str, tuple[int, int]] = {}
        self._others: dict[str, Any] = {}
        for name, field in self.load_fields.items():
            bounds = _bounds(field)
            if bounds is None:
                self._others[name] = field
            else:
                self._texts[name] = bounds
        self._required = {name for name, field in self.load_fields.items() if field.required}

    def load(self, data: Any, *, unknown: Any = None, **more: Any) -> Any:
        """Return the values of a body.

        Raises:
            ValidationError: as marshmallow says it.
        """
        quick = type(data) is dict and unknown in {None, RAISE} and not more
        found = self._read(data) if quick else None
        return found if found is not None else super().load(data, unknown=unknown, **more)

    def _read(self, data: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the values of a body, None when something of it is not plainly sound."""
        if not self._required <= data.keys():
            return None
        found = {}
        for name, value in data.items():
            bounds = self._texts.get(name)
            if bounds is not None:
                if type(value) is not str or not bounds[0] <= len(value) <= bounds[1]:
                    return None
                found[name] = value
                continue
            try:
                found[name] = self._others[name].deserialize(value, name, data)
            except (KeyError, ValidationError):
                return None
        return found


def _bounds(field: Any) -> tuple[int, int] | None:
    """Return the lengths a text may have; None for what more is to be said of."""
    if type(field) is not fields.String:
        return None
    least, most = 0, UNBOUND
    for one in field.validators:
        if type(one) is not validate.Length or one.equal is not None:
            return None
        least, most = max(least, one.min or 0), min(most, UNBOUND if one.max is None else one.max)
    return least, most
