"""Commands by name: each is there, and none loads more than it needs."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from shangfa.cli.main import PLACES, main

LOADED = """
import sys
from shangfa.cli.main import main
main.get_command(None, sys.argv[1])
print(*sorted({"sqlalchemy", "flask", "alembic"} & set(sys.modules)))
"""


def test_every_command_is_found_by_its_name_and_no_other() -> None:
    context = click.Context(main)
    names = main.list_commands(context)
    found = [main.get_command(context, name) for name in names]
    assert [command.name for command in found if command] == names == sorted(PLACES)
    assert main.get_command(context, "serves") is None


@pytest.mark.parametrize("name", ["plugin", "verify-pack"])
def test_what_needs_no_database_loads_no_code_of_one(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, name], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
