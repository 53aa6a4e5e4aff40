"""Write docs/reference/sdk/ from the code: a page for each hook, account, window and fact type.

Usage: `python -m tests.making.sdk docs/reference/sdk`. What a page shows of values is computed;
the sentences stand in the docstrings, the Chinese ones here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import date
from inspect import getdoc
from pathlib import Path
from typing import Any, Final, NamedTuple

from shangfa import hookspecs
from shangfa.domain.account import ACCOUNTS, MONEY
from shangfa.domain.dates.windows import Term, window_of
from shangfa.domain.policies.facts import READERS, Fact
from shangfa.domain.text import note
from shangfa.plugins.installed import Plugin, installed
from shangfa.sdk import ZERO, ClauseKind, ProgrammeKind, ReactionKind, RefusedError
from shangfa.sdk.guards import Draft, Guard, GuardRule, Settled
from shangfa.sdk.guards import Finding as Reviewed

ROOT = Path(__file__).parents[2]
LANGUAGES: Final = ("en", "zh")
HOOKS: Final[dict[str, tuple[str, str, tuple[type, ...]]]] = {
    "register_clause_kinds": ("clause_kinds", "评定条款的方式", (ClauseKind,)),
    "register_reactions": ("reactions", "由累计得出后果的函数", (ReactionKind,)),
    "register_programmes": ("programmes", "周期结束时对全体的评比", (ProgrammeKind,)),
    "register_guards": (
        "guards",
        "审查制度草案与待发放的月份",
        (Guard, GuardRule, Draft, Reviewed, Settled),
    ),
}
"""Hook -> (field of a plugin, in Chinese, what it returns and what that is about)."""
DAYS: Final = (date(2026, 1, 31), date(2026, 3, 25), date(2026, 3, 26), date(2026, 8, 1))
BEGUN: Final = date(2024, 2, 29)
TERMS: Final = {"school": (Term("spring", date(2026, 3, 2), date(2026, 7, 10)),)}
WINDOWS: Final = {
    "day": ("the day itself", "当天"),
    "week": ("Monday to Sunday", "周一至周日"),
    "month": ("the calendar month", "自然月"),
    "quarter": ("the calendar quarter", "自然季度"),
    "half_year": ("January to June, July to December", "上半年、下半年"),
    "year": ("the calendar year", "自然年"),
    "ever": ("all days", "不限期"),
    "week from sunday": ("a week with a first day of its own", "自某个星期几起的一周"),
    "month from 26": ("a month with a first day of its own", "自每月某日起的一个月"),
    "year from 04-01": ("a year with a first day of its own", "自每年某日起的一年"),
    "year since licensed": (
        "from a date of each subject, here 2024-02-29",
        "自对象本人的某个日期起，此处为 2024-02-29",
    ),
    "90 days": ("back from each entry, that day included", "自每笔记录往前数，含当天"),
    "3 months": ("back from each entry, month ends kept", "自每笔记录往前数月，月末对月末"),
    "terms school": ("the terms that tenant.yaml lists", "tenant.yaml 所列的学期"),
}
GIVEN: Final[tuple[Any, ...]] = (
    True, "yes", 3, "3.5", "1e3", -1, "", "电话", "2026-03-02", "2026-03", "15:59",
    "2026-03-02T09:30", [{"code": "A"}],
)  # fmt: skip
"""What each fact type is tried with."""


class Page(NamedTuple):
    """A page: its place below the folder without suffix, and its text in each language."""

    place: str
    en: str
    zh: str


def pages() -> list[Page]:
    """Return every page, the one that lists the others first."""
    made = [*map(hook, HOOKS), *map(account, ACCOUNTS), *map(window, WINDOWS), *map(fact, READERS)]
    return [contents(made), *made]


def hook(name: str) -> Page:
    """Return the page of a hook: when it is called and what it returns, from the docstrings."""
    field, zh, types = HOOKS[name]
    told = getdoc(getattr(hookspecs, name)) or ""
    own = sorted(path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml"))
    plugins = installed().plugins
    users = [item for item in own if getattr(plugins.get(item, Plugin(item, "")), field)]
    shapes = "\n\n".join(f"## {item.__name__}\n\n{docstring(item)}" for item in types)
    names, named = (
        " · ".join(f"[{item}](../../../../plugins/{item}/README{suffix}.md)" for item in users)
        for suffix in ("", ".zh")
    )
    return Page(
        f"hooks/{name}",
        f"# {name}\n\n{told}\n\nUsed by {names}.\n\n{shapes}\n",
        f"# {name}\n\n{zh}。\n\n> {told.partition(chr(10))[0]}\n\n使用者：{named}。\n\n{shapes}\n",
    )


def docstring(item: type) -> str:
    """Return a docstring as Markdown: what stands under `Attributes:` becomes a list."""
    head, _, fields = (getdoc(item) or "").partition("\nAttributes:\n")
    listed = re.sub(r"\n {8,}", " ", "\n" + fields)
    lines = [f"- `{name}`: {text}" for name, text in re.findall(r"\n {4}([\w, ]+): (.*)", listed)]
    return "\n".join([head.strip(), "", *lines]).strip()


def account(name: str) -> Page:
    """Return the page of an account: its units, its sign, who sees it."""
    held = ACCOUNTS[name]
    units = " ".join(f"`{unit}`" for unit in sorted(held.units))
    sign = {-1: "−", 1: "+", 0: "+ −"}[held.sign]
    rows = {
        "en": (
            f"`{name}` ({held.zh}): {units or 'units the policy names'}, sign {sign}.",
            [
                ("what", "of this account"),
                ("unit", units or "named by the policy"),
                ("sign of a quantity", sign),
                ("finance reads it", "yes" if name in MONEY else "no"),
                ("as a sentence says it", note(name).text("en")),
            ],
        ),
        "zh": (
            f"`{name}`（{held.zh}）：单位 {units or '由制度命名'}，数量 {sign}。",
            [
                ("项", "本账户"),
                ("单位", units or "由制度命名"),
                ("数量的正负", sign),
                ("财务可见", "是" if name in MONEY else "否"),
                ("句中的说法", note(name).text("zh")),
            ],
        ),
    }
    texts = [f"# {name}\n\n{rows[x][0]}\n\n{table(rows[x][1])}" for x in LANGUAGES]
    return Page(f"accounts/{name}", *texts)


def window(text: str) -> Page:
    """Return the page of a window: which days it has for some days."""
    made = window_of(text, TERMS)
    spans = [(day, made.bounds(day, BEGUN)) for day in DAYS]
    heads = (("an entry of", "counts with those of"), ("记录日", "与之同窗的日子"))
    texts = []
    for which, head in enumerate(heads):
        nothing = ("in no window", "不在任何窗口内")[which]
        rows = [(str(day), f"{span[0]} … {span[1]}" if span else nothing) for day, span in spans]
        sentence = f"`within: {text}`" + (": ", "：")[which] + WINDOWS[text][which]
        texts.append(f"# {text}\n\n{sentence}{'.。'[which]}\n\n{table([head, *rows])}")
    return Page(f"windows/{text.replace(' ', '-')}", *texts)


def fact(name: str) -> Page:
    """Return the page of a fact type: what it takes, tried with the same values as all others."""
    values = ("phone", "电话") if name == "choice" else ()
    least = ZERO if name == "money" else None  # as for every fact of a policy
    declared = Fact("x", name, values=values, least=least)
    tried = [(f"`{value!r}`", read(declared, value)) for value in GIVEN]
    _, zh, en = READERS[name]
    heads = (
        ("given, as Python writes it", "a plugin gets"),
        ("给出（按 Python 的写法）", "插件得到"),
    )
    texts = []
    for which, head in enumerate(heads):
        refused = ("refused: `invalid_fact`", "拒绝：`invalid_fact`")[which]
        rows = [(given, got or refused) for given, got in tried]
        sentence = (f"`type: {name}`: {en}.", f"`type: {name}`：{zh}。")[which]
        texts.append(f"# {name}\n\n{sentence}\n\n{table([head, *rows])}")
    return Page(f"facts/{name}", *texts)


def read(declared: Fact, value: Any) -> str:
    """Return what a plugin gets for a value, nothing when it is refused."""
    try:
        return f"`{declared.read(value)!r}`"
    except RefusedError:
        return ""


def table(rows: list[tuple[str, str]]) -> str:
    """Return a table whose first row is its head."""
    lines = [f"| {left} | {right} |" for left, right in rows]
    return "\n".join([lines[0], "|---|---|", *lines[1:]]) + "\n"


def contents(made: list[Page]) -> Page:
    """Return the page that lists the others."""
    heads = {
        "hooks": ("Hooks", "钩子"),
        "accounts": ("Accounts", "账户"),
        "windows": ("Windows", "窗口"),
        "facts": ("Fact types", "事实的类型"),
    }
    texts = []
    for which, title in enumerate(("The SDK, word by word", "SDK 逐词")):
        parts = [f"# {title}\n"]
        for folder, head in heads.items():
            rows = [entry(page, which) for page in made if page.place.startswith(folder)]
            parts.append(
                f"## {head[which]}\n\n"
                + table([(("name", "what"), ("名称", "说明"))[which], *rows])
            )
        texts.append("\n".join(parts))
    return Page("index", *texts)


def entry(page: Page, which: int) -> tuple[str, str]:
    """Return the row of a page: its name with a link, and its first sentence."""
    text = page[which + 1]
    name, _, rest = text.removeprefix("# ").partition("\n\n")
    suffix = ("", ".zh")[which]
    return f"[`{name}`]({page.place}{suffix}.md)", rest.partition("\n")[0]


def files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file with its text."""
    for page in pages():
        yield folder / f"{page.place}.md", page.en
        yield folder / f"{page.place}.zh.md", page.zh


def write(folder: Path) -> None:
    """Write the pages and remove those of what is no more."""
    texts = dict(files(folder))
    for path in set(folder.rglob("*.md")) - texts.keys():
        path.unlink()
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
