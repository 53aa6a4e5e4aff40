"""`tenants/README.md` is what `shangfa systems` prints today, and names every scheme once."""

import re
from pathlib import Path

from click.testing import CliRunner

from shangfa.cli.main import main

TENANTS = Path(__file__).parents[1] / "tenants"
TABLE = (TENANTS / "README.md").read_text(encoding="utf-8")


def test_the_table_is_fresh() -> None:
    printed = CliRunner().invoke(main, ["systems", str(TENANTS)])
    assert printed.output == TABLE, "run `make specs`"


def test_every_scheme_has_one_row() -> None:
    rows = re.findall(r"^\| (S\d\d) ", TABLE, re.MULTILINE)
    assert rows == [f"S{number:02}" for number in range(1, 36)]


def test_every_folder_is_named() -> None:
    folders = {path.parent.name for path in TENANTS.glob("*/tenant.yaml")}
    assert set(re.findall(r"\[([a-z0-9-]+)\]\(\1\)", TABLE)) == folders
