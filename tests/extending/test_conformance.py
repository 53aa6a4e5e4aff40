"""A good plugin passes every check of the kit; for each check a wrong one fails by its name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.making.house import installed_plugin

from shangfa.plugins.scaffold import make
from shangfa.testing.conformance import CHECKS, Candidate, candidate, check, outcomes

ROOT = Path(__file__).parents[2]
GIVES = '    return [Effect("points", UNIT, total, POINTS.of(total))]\n'
"""What `assess` of the template ends with; a wrong plugin does something else there."""
AMOUNT = '    points: Decimal = Field(gt=0, description="points for each unit")\n'
STATE = "SEEN: list[str] = []\n\n\nclass Fixed(Params):"


def gives(code: str) -> tuple[str, str]:
    """Let `assess` end with other lines."""
    return GIVES, "".join(f"    {line}\n" for line in code.splitlines())


WRONG: dict[str, tuple[tuple[str, str], ...]] = {
    "C01": (gives("return 1 / 0"),),
    "C02": (gives("import sys\nsys.exit(1)"),),
    "C03": (gives("raise KeyboardInterrupt"),),
    "C04": (gives("while True:\n    pass"),),
    "C05": (gives("return [bytearray(2**32)]"),),
    "C06": (gives("incident.facts['loss'] = 1\nreturn []"),),
    "C07": (gives("return None"),),
    "C08": (gives("return ['-20.00']"),),
    "C09": (gives("return [Effect('points', UNIT, total, clause='9.9')]"),),
    "C10": (gives("return [Effect('fine', 'CNY', total)]"),),
    "C11": (gives("return [Effect('points', UNIT, Decimal('NaN'))]"),),
    "C12": (gives("return [Effect('points', UNIT, 0.5)]"),),
    "C13": (gives("return [Effect('points', UNIT, total)] * 1_000_000"),),
    "C14": (gives("return assess(part, incident)"),),
    "C15": (gives("import socket\nsocket.create_connection(('127.0.0.1', 9))\nreturn []"),),
    "C16": (
        gives("SEEN.append('')\nreturn [Effect('points', UNIT, Decimal(len(SEEN)))]"),
        ("class Fixed(Params):", STATE),
    ),
    "C17": (gives("import time\nreturn [Effect('points', UNIT, total)] if time.time() else []"),),
    "C18": (
        gives("import random\nreturn [Effect('points', UNIT, total)] if random.random() else []"),
    ),
    "C19": (
        gives("SEEN.append('')\nreturn [Effect('points', UNIT, Decimal(len(SEEN) % 2 + 1))]"),
        ("class Fixed(Params):", STATE),
    ),
    "C20": (gives("return [Effect('points', word, total) for word in {'a', 'b', 'c', 'd', 'e'}]"),),
    "C21": (gives("return [Effect('points', UNIT, total / (incident.quantity - 7))]"),),
    "C22": (
        (
            '    points: Decimal = Field(gt=0, description="points for each unit")\n',
            AMOUNT + "    more: Any = None\n",
        ),
    ),
    "C23": ((AMOUNT, AMOUNT + "    model_config = {'extra': 'ignore'}\n"),),
    "C24": (('    """Points for each unit of the quantity."""\n\n    points', "    points"),),
    "C25": (('${name}.best", Best', '${name}.worst", Best'),),
    "C26": ((AMOUNT, AMOUNT + '    since: int = Field(description="new and needed")\n'),),
    "C27": (
        gives("return [Effect('points', UNIT, Decimal(incident.on.day))]"),
        ("Fixed, assess, rows)", "Fixed, assess, rows, impartial=lambda _: True)"),
    ),
}


@contextmanager
def made(folder: Path, name: str, changes: tuple[tuple[str, str], ...] = ()) -> Iterator[Candidate]:
    """Make a plugin from the template, with changes in its source."""
    make(name, folder / "new", "试")
    source = (folder / "new" / f"shangfa_{name}" / "__init__.py").read_text(encoding="utf-8")
    examples = folder / "new" / "examples"
    (examples / "released").mkdir()
    shutil.copy(examples / "policy.yaml", examples / "released" / "1.yaml")
    for change in changes:
        old, new = (text.replace("${name}", name) for text in change)
        assert old in source
        source = source.replace(old, new, 1)
    if any("worst" in new for _, new in changes):
        policy = examples / "policy.yaml"
        policy.write_text(policy.read_text(encoding="utf-8").partition("programmes:")[0])
    if any("since" in new for _, new in changes):
        policy = examples / "policy.yaml"
        text = policy.read_text(encoding="utf-8").replace("points: ", "since: 1, points: ")
        policy.write_text(text, encoding="utf-8")
    with installed_plugin(folder, name, source):
        yield candidate(name, [examples])


def test_a_new_plugin_passes_every_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "EXAMPLES", 50)
    with made(tmp_path, "good") as good:
        wrong = [item for name in CHECKS for item in check(good, name)]
    assert wrong == []


def test_there_is_a_wrong_plugin_for_every_check() -> None:
    assert set(WRONG) == {name[:3] for name in CHECKS}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_plugin_fails_the_check_by_its_name(name: str, tmp_path: Path) -> None:
    with made(tmp_path, f"wrong_{name.lower()}", WRONG[name]) as wrong:
        found = check(wrong, name)
    assert found
    assert all(item.check.startswith(f"{name}-") and item.why for item in found)


OURS = {
    "letter_points": ["bus-line", "fujie"],
    "recognition": ["award-academy"],
    "loss_share": ["manufacturer"],
    "sp_credit": ["hunan-mobile"],
    "demerit_ladder": ["school-term", "courier"],
    "duties": ["heilongjiang-sp"],
    "fines": ["courier", "property"],
}
FOR_KINDS = ("C25", "C20", "C21")
"""Every kind's use is looked for in all tenants together; seeds and chance take long."""


@pytest.mark.parametrize("name", OURS)
def test_our_own_plugins_pass(name: str) -> None:
    own = candidate(name, [ROOT / "tenants" / folder for folder in OURS[name]])
    assert own.uses
    names = [check_name for check_name in CHECKS if not check_name.startswith(FOR_KINDS)]
    assert [item for check_name in names for item in check(own, check_name)] == []


@pytest.mark.parametrize("name", ["twelve_points", "rolling_points"])
def test_the_example_plugins_pass_every_check(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each a whole scheme in less than 150 lines, from `shangfa.sdk` alone."""
    monkeypatch.setattr(outcomes, "EXAMPLES", 50)  # their authors run all 500
    folder = ROOT / "plugins" / "examples" / name
    source = (folder / f"shangfa_{name}" / "__init__.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) < 150
    assert all("shangfa.sdk" in line for line in source.splitlines() if "from shangfa" in line)
    with installed_plugin(tmp_path, name, source):
        own = candidate(name, [folder / "examples"])
        assert {use.kind.name for use in own.uses} == {kind.name for kind in own.plugin.kinds()}
        assert [item for check_name in CHECKS for item in check(own, check_name)] == []
