"""A new plugin, from the files in `template/`: plain text with `${name}`s filled in."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

NAME: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
"""What a plugin may be called: it becomes the name of a package and of its kinds."""
PLACES: Final = {
    "README.md": "README.md",
    "cases.yaml": "examples/cases/cases.yaml",
    "github-workflows-test.yml": ".github/workflows/test.yml",
    "gitignore": ".gitignore",
    "package.py": "{package}/__init__.py",
    "people.csv": "examples/people.csv",
    "policy.yaml": "examples/policy.yaml",
    "pyproject.toml": "pyproject.toml",
    "tenant.yaml": "examples/tenant.yaml",
    "test_plugin.py": "tests/test_plugin.py",
}
"""A file of the template -> where it stands in the new distribution."""


class ScaffoldError(Exception):
    """The plugin cannot be made; the message says why and what can."""


def make(name: str, folder: Path, title: str = "") -> list[Path]:
    """Write a new distribution into `folder`, which must not be there; return its files.

    Raises:
        ScaffoldError: the name cannot be one, or the folder is there.
    """
    if not NAME.fullmatch(name):
        raise ScaffoldError(
            f"{name!r} is no name of a plugin: small letters, digits and _, such as night_shift "
            "（插件名为小写字母、数字和下划线）"
        )
    if folder.exists():
        raise ScaffoldError(f"{folder} is there already; name another folder （该文件夹已存在）")
    package = f"shangfa_{name}"
    words = {"name": name, "package": package, "dashed": name.replace("_", "-")}
    words["title"] = title or name
    return [
        _write(folder / place.format(package=package), source, words)
        for source, place in PLACES.items()
    ]


def _write(path: Path, source: str, words: dict[str, str]) -> Path:
    text = (files(__package__) / "template" / f"{source}.txt").read_text(encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(Template(text).safe_substitute(words), encoding="utf-8")
    return path
