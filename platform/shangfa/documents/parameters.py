"""Named parameters of a policy: `$name` in params and conditions stands for a value.

A parameter without a value makes whatever needs it incomplete; it is never guessed.
In a condition, a key `$name` is resolved when the policy is read: the part stays or goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shangfa.documents.policy.shape import ParameterDoc


class UndeclaredError(KeyError):
    """`$name` is used and `name` is not declared."""


class MissingError(KeyError):
    """A parameter that has no value yet is needed."""


class Parameters:
    """The values of a policy's parameters."""

    def __init__(
        self, declared: Mapping[str, ParameterDoc], given: Mapping[str, Any] | None = None
    ) -> None:
        self.values = {name: item.value for name, item in declared.items()} | dict(given or {})

    def value(self, reference: str) -> Any:
        """Return the value of `$name`.

        Raises:
            UndeclaredError, MissingError: with the name.
        """
        name = reference.removeprefix("$")
        if name not in self.values:
            raise UndeclaredError(name)
        if self.values[name] is None:
            raise MissingError(name)
        return self.values[name]

    def fill(self, value: Any) -> Any:
        """Return `value` with every `$name` inside it replaced."""
        if isinstance(value, str) and value.startswith("$"):
            return self.value(value)
        if isinstance(value, Mapping):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.fill(item) for item in value]
        return value

    def resolve(self, spec: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return a condition without its `$name` keys; None when it can never hold."""
        left: dict[str, Any] = {}
        for key, wanted in spec.items():
            if str(key).startswith("$"):
                if not self._meets(self.value(key), wanted):
                    return None
            else:
                found = self._settle_entry(key, wanted)
                if found is None:
                    return None
                left |= found
        return left

    def _settle_entry(self, key: str, wanted: Any) -> dict[str, Any] | None:
        """Return what is left of an entry: {} always holds, None never."""
        if key in {"any", "all"} and isinstance(wanted, list):
            items = self._settle_list(key, wanted)
            return None if items is None else {key: items} if items else {}
        if key == "not" and isinstance(wanted, Mapping):
            inner = self.resolve(wanted)
            return {} if inner is None else {key: inner} if inner else None
        return {key: self.fill(wanted)}

    def _settle_list(self, key: str, specs: list[Mapping[str, Any]]) -> list[Any] | None:
        """Return what is left of `any`/`all`: [] always holds, None never."""
        resolved = [self.resolve(spec) if isinstance(spec, Mapping) else spec for spec in specs]
        possible = [spec for spec in resolved if spec is not None]
        if key == "all":
            return None if len(possible) < len(resolved) else [spec for spec in possible if spec]
        if not possible:
            return None
        return possible if all(possible) else []

    @staticmethod
    def _meets(value: Any, wanted: Any) -> bool:
        return value in wanted if isinstance(wanted, list) else bool(value == wanted)
