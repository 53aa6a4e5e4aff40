"""The conformance kit in pytest: 26 named checks of the plugin that the settings name.

In the plugin's own `pyproject.toml`::

    [tool.pytest.ini_options]
    shangfa_plugin = "volunteer"
    shangfa_examples = ["examples"]
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the two settings."""
    parser.addini("shangfa_plugin", "entry point of the plugin to hold against the kit")
    parser.addini(
        "shangfa_examples", "folders like a tenant's that use its kinds", "paths", default=[]
    )


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the checks after the plugin's own tests."""
    name = str(config.getini("shangfa_plugin") or "")
    if not name:
        return
    from shangfa.testing.conformance import CHECKS  # noqa: PLC0415 - only where it is asked for

    kit = _Kit.from_parent(session, name="conformance", nodeid="conformance")
    kit.examples = [Path(path) for path in config.getini("shangfa_examples")]
    kit.plugin = name
    items += [_Check.from_parent(kit, name=check) for check in CHECKS]


class _Kit(pytest.Collector):
    """The plugin under check, read once."""

    plugin: str
    examples: list[Path]
    _read: Any = None

    def collect(self) -> list[pytest.Item]:
        """Return nothing: the checks were added."""
        return []

    def candidate(self) -> Any:
        """Return the plugin with its examples."""
        from shangfa.testing.conformance import candidate  # noqa: PLC0415 - only when it is run

        if self._read is None:
            self._read = candidate(self.plugin, self.examples)
        return self._read


class _Check(pytest.Item):
    """One check."""

    def runtest(self) -> None:
        """Fail with everything that is wrong by this check."""
        from shangfa.testing.conformance import check  # noqa: PLC0415 - only when it is run

        parent = self.parent
        assert isinstance(parent, _Kit)  # noqa: S101 - a test
        wrong = check(parent.candidate(), self.name)
        if wrong:
            pytest.fail("\n".join(item.why for item in wrong), pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Say what is run."""
        return self.path, None, f"conformance {self.name}"
