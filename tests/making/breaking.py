"""What of an OpenAPI document a client of an earlier one cannot live with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True)
class Documents:
    """The earlier document and the later one."""

    old: Any
    new: Any

    def breaks(self) -> Iterator[str]:
        """Yield a sentence for each thing that breaks."""
        for path, item in self.old["paths"].items():
            for method in METHODS:
                if method in item:
                    later = self.new["paths"].get(path, {}).get(method)
                    where = f"{method.upper()} {path}"
                    if later is None:
                        yield f"{where} is gone"
                    else:
                        yield from self._operation(where, item[method], later)

    def _operation(self, where: str, old: Any, new: Any) -> Iterator[str]:
        if old["operationId"] != new["operationId"]:
            yield f"{where} has another operationId"
        yield from self._parameters(where, old, new)
        yield from self._body(where, old, new)
        for status, answer in old["responses"].items():
            if status.startswith("2"):
                later = new["responses"].get(status)
                if later is None:
                    yield f"{where} answers {status} no more"
                else:
                    yield from self._contents(where, answer, later, sent=False)

    def _parameters(self, where: str, old: Any, new: Any) -> Iterator[str]:
        before, after = (
            {(x["in"], x["name"]): x for x in each.get("parameters", ())} for each in (old, new)
        )
        for key, parameter in after.items():
            if parameter.get("required") and not before.get(key, {}).get("required"):
                yield f"{where} needs {key[1]}"
        for key, parameter in before.items():
            if key not in after:
                yield f"{where} takes {key[1]} no more"
            else:
                place = f"{where} {key[1]}"
                yield from self._schema(place, parameter["schema"], after[key]["schema"], sent=True)

    def _body(self, where: str, old: Any, new: Any) -> Iterator[str]:
        before, after = old.get("requestBody"), new.get("requestBody")
        if before is None and after is not None and after.get("required"):
            yield f"{where} needs a body"
        if before is not None:
            yield from self._contents(where, before, after or {}, sent=True)

    def _contents(self, where: str, old: Any, new: Any, *, sent: bool) -> Iterator[str]:
        for media, content in old.get("content", {}).items():
            later = new.get("content", {}).get(media)
            if later is None:
                yield f"{where} knows {media} no more"
            else:
                yield from self._schema(
                    where, content.get("schema", {}), later.get("schema", {}), sent=sent
                )

    def _schema(
        self, where: str, old: Any, new: Any, *, sent: bool, depth: int = 12
    ) -> Iterator[str]:
        before, after = self._found(self.old, old), self._found(self.new, new)
        if not depth:
            return
        yield from _types(where, before, after, sent=sent)
        yield from _words(where, before, after, sent=sent)
        yield from self._properties(where, before, after, sent=sent, depth=depth - 1)
        if "items" in before and "items" in after:
            place = f"{where}[]"
            yield from self._schema(
                place, before["items"], after["items"], sent=sent, depth=depth - 1
            )

    def _properties(
        self, where: str, old: Any, new: Any, *, sent: bool, depth: int
    ) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        first, last = set(old.get("required", ())), set(new.get("required", ()))
        for name in sorted(last - first if sent else first - last):
            yield f"{where}/{name} " + ("must be sent" if sent else "may be absent")
        for name in before:
            if name not in after:
                yield f"{where}/{name} is gone"
            else:
                place = f"{where}/{name}"
                yield from self._schema(place, before[name], after[name], sent=sent, depth=depth)

    @staticmethod
    def _found(document: Any, schema: Any) -> Any:
        while "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        if "anyOf" in schema and len(schema["anyOf"]) == 2:  # a reference or null
            return Documents._found(document, schema["anyOf"][0])
        return schema


def listed(kind: Any) -> set[str]:
    return {kind} if isinstance(kind, str) else set(kind or ())


def _types(where: str, old: Any, new: Any, *, sent: bool) -> Iterator[str]:
    before, after = listed(old.get("type")), listed(new.get("type"))
    wider, narrower = (after, before) if sent else (before, after)
    if before and after and not narrower <= wider:
        yield f"{where} was {sorted(before)}, is {sorted(after)}"


def _words(where: str, old: Any, new: Any, *, sent: bool) -> Iterator[str]:
    before, after = (set(map(str, each.get("enum", ()))) for each in (old, new))
    if sent and after and (not before or not before <= after):
        yield f"{where} takes only {sorted(after)}"
