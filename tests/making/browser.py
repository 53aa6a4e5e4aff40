"""A browser without scripts: it keeps cookies, follows redirects and fills in forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from shangfa.api.app import create_app


@cache
def app() -> Flask:
    """The application, made once."""
    return create_app()


@dataclass
class Form:
    """A form of a page: its fields with what stands in them, and its buttons."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    elsewhere: dict[str, str] = field(default_factory=dict)
    """Value of a button that sends the form to another path than the form's."""


class Reader(HTMLParser):
    """Reads a page's forms, its links, its scripts, its heading and its visible text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.attributes: set[str] = set()
        self.heading, self.text, self.inline = "", "", ""
        self._in: list[str] = []
        self._select, self._area = "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.attributes |= set(said)
        self.ids += [said["id"]] if "id" in said else []
        if tag not in {"input", "meta", "link", "br"}:
            self._in.append(tag)
        if tag == "form":
            self.forms.append(Form(said.get("action", ""), said.get("method", "get").upper()))
        elif tag == "a":
            self.links.append(said.get("href", ""))
        elif tag in {"link", "script", "img"}:
            self.loaded.append(said.get("href", said.get("src", "")))
        elif tag == "label":
            self.labels.add(said.get("for", ""))
        self._control(tag, said)

    def _control(self, tag: str, said: dict[str, str]) -> None:
        if not self.forms or "form" not in self._in:
            return
        form, name = self.forms[-1], said.get("name", "")
        if tag in {"input", "select", "textarea"}:
            form.names.add(name)
        if tag == "input" and said.get("type") not in {"file", "checkbox"}:
            form.fields.append((name, said.get("value", "")))
        elif tag == "button":
            form.buttons.append((name, said.get("value", "")))
            form.elsewhere[said.get("value", "")] = said.get("formaction", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in said:
            form.fields.append((self._select, said.get("value", "")))
        elif tag == "textarea":
            self._area = name
            form.fields.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._in:
            while self._in.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        inside = self._in[-1] if self._in else ""
        if inside == "textarea":
            form = self.forms[-1]
            before = form.fields[-1][1]
            form.fields[-1] = (self._area, before + (data if before else data.removeprefix("\n")))
        elif inside in {"script", "style"}:
            self.inline += data.strip()
        else:
            self.text += data
        if "h1" in self._in:
            self.heading += data


@dataclass
class Tab:
    """Somebody at a browser."""

    client: FlaskClient
    page: TestResponse

    @property
    def read(self) -> Reader:
        """What stands on the page."""
        return Reader(self.page.text)

    @property
    def path(self) -> str:
        """Where the browser is."""
        return self.page.request.path

    def get(self, path: str, status: int = 200, **headers: str) -> Reader:
        """Open a page."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        self.page = self.client.get(path, headers=sent, follow_redirects=True)
        assert self.page.status_code == status, self.page.text
        return self.read

    def press(self, button: str, status: int = 200, /, name: str = "step", **values: Any) -> Reader:
        """Press a button of the page, with some fields filled in; dots are written `__`."""
        pairs = (name, button)
        form = next((form for form in self.read.forms if pairs in form.buttons), None)
        assert form is not None, f"no button {pairs} on {self.path}: {self.page.text}"
        return self.send(form, {name: button}, values, status)

    def send(
        self, form: Form, pressed: dict[str, str], values: dict[str, Any], status: int = 200
    ) -> Reader:
        """Send a form as it stands but for some values."""
        said: dict[str, Any] = {}
        for key, value in form.fields:
            said.setdefault(key, []).append(value)
        typed = {key.replace("__", "."): _sent(value) for key, value in values.items()}
        unknown = set(typed) - form.names - {"file"}
        assert not unknown, f"{unknown} not among {sorted(form.names)}"
        elsewhere = next((form.elsewhere.get(value, "") for value in pressed.values()), "")
        path = elsewhere or form.action or self.path
        boundary, body = encode_multipart(said | typed | pressed)
        kind = f"multipart/form-data; boundary={boundary}"
        self.page = self.client.post(
            path, data=body, content_type=kind, follow_redirects=True, buffered=True
        )
        assert self.page.status_code == status, self.page.text
        return self.read

    def sign_in(self, **values: str) -> Tab:
        """Sign in with `key`, or with `tenant`, `login` and `password`."""
        form = next(form for form in self.get("/console/sign-in").forms if "login" in form.names)
        self.send(form, {}, values)
        return self


def _sent(value: Any) -> Any:
    """Return a value as a form sends it; a file is given as its content and its name."""
    if not isinstance(value, tuple):
        return value
    content, name = value
    return FileStorage(content, filename=name, content_type="application/octet-stream")


def browser() -> Tab:
    """Return a browser in which nobody has signed in."""
    client = app().test_client()
    return Tab(client, client.get("/console/sign-in"))


def signed_in(key: str) -> Tab:
    """Return a browser in which somebody signed in with a key."""
    return browser().sign_in(key=key)
