"""What every statement of ours must say so that a database distributed by tenant can run it.

Each table of tenants names the tenant as a value at its own level of the query; nothing is
inserted from a query; what writes stands at the top of its WITH; what is compared inside a
query below another is never a missing value; and nothing is set to a part of an array.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

import psycopg
from pglast import ast, parse_sql
from pglast.enums import A_Expr_Kind, BoolExprType, JoinType, NullTestType

from shangfa.db.distribution.placement import DISTRIBUTED
from shangfa.db.tx.pipe import Answer, Pipe, Values

OWNED: Final = DISTRIBUTED
"""Table -> the column that says whose row it is."""
_COMPARING: Final = {A_Expr_Kind.AEXPR_OP, A_Expr_Kind.AEXPR_OP_ANY, A_Expr_Kind.AEXPR_IN}
_NAMED: Final = re.compile(r"%\((\w+)\)s")
_PLAIN: Final = re.compile(r"%s")


Missing = frozenset[str | int]
"""Which values of a statement were missing: names, or numbers from 1 on."""


def parsed(statement: str, names: dict[str, int] | None = None) -> Any:
    """Return the statement's tree, its placeholders as parameters; `names` gets their numbers."""
    names = {} if names is None else names
    text = _NAMED.sub(lambda m: f"${names.setdefault(m[1], len(names) + 1)}", statement)
    numbers = iter(range(1, 100_000))
    text = _PLAIN.sub(lambda _: f"${next(numbers)}", text).replace("%%", "%")
    return parse_sql(text)


def faults(statement: str, missing: Missing = frozenset()) -> list[str]:
    """Return what a distributed database would refuse or do wrong, empty when nothing."""
    found: list[str] = []
    names: dict[str, int] = {}
    for item in parsed(statement, names):
        _look(item.stmt, found)
        numbers = {names.get(str(value), value) for value in missing}
        if any(isinstance(node, ast.RangeVar) and node.relname in OWNED for node in _all(item)):
            _compared(item.stmt, numbers, found)
    return found


def missing_of(values: Any) -> Missing:
    """Return which of a statement's values are missing."""
    named = values.items() if isinstance(values, Mapping) else enumerate(values or (), 1)
    return frozenset(name for name, value in named if value is None)


heard: Final[set[tuple[str, Missing]]] = set()
"""What the product has sent since the last look."""
_known: Final[set[tuple[str, Missing]]] = set()
_sent: Final = count(0)
_PRODUCT: Final = "/platform/shangfa/"


def listen() -> None:
    """Hear every statement that the product sends from this process, whichever way."""
    send = psycopg.Cursor.execute

    def execute(self: Any, query: Any, *values: Any, **options: Any) -> Any:
        frame = sys._getframe(1)
        while frame.f_back is not None and "/psycopg/" in frame.f_code.co_filename:
            frame = frame.f_back
        if _PRODUCT in frame.f_code.co_filename:
            next(_sent)
            given = missing_of(values[0] if values else options.get("params"))
            heard.add((_said(query, self.connection), given))
        return send(self, query, *values, **options)

    psycopg.Cursor.execute = execute  # type: ignore[method-assign] # only to listen
    ask = Pipe.ask

    def asked(self: Pipe, statement: str | bytes, values: Values, *, once: bool = False) -> Answer:
        next(_sent)
        text = statement.decode() if isinstance(statement, bytes) else statement
        heard.add((text, missing_of(values)))
        return ask(self, statement, values, once=once)

    Pipe.ask = asked  # type: ignore[method-assign] # only to listen


def _said(query: Any, connection: Any) -> str:
    if isinstance(query, bytes):
        return query.decode()
    return query if isinstance(query, str) else str(query.as_string(connection))


def sent_by(work: Callable[[], object]) -> int:
    """Return how many statements some work sends."""
    before = next(_sent)
    work()
    return next(_sent) - before - 1


def faults_heard() -> list[str]:
    """Return what was wrong with the statements heard, and forget them."""
    fresh = heard - _known
    _known.update(fresh)
    heard.clear()
    return [f"{fault} in: {text}" for text, missing in fresh for fault in faults(text, missing)]


@dataclass(slots=True)
class _Level:
    """One level of a query: its tables by alias, which of them stand behind an outer join."""

    tables: dict[str, str] = field(default_factory=dict)
    outer: set[str] = field(default_factory=set)
    quals: list[Any] = field(default_factory=list)
    own: dict[str, list[Any]] = field(default_factory=dict)


def _all(node: Any, missing: Collection[str | int] = ()) -> Iterator[Any]:
    """Yield everything of a tree but what is true without it, as `$1 IS NULL OR …`."""
    if isinstance(node, tuple | list):
        for item in node:
            yield from _all(item, missing)
    elif isinstance(node, ast.Node) and not _is_true(node, missing):
        yield node
        for name in node:
            yield from _all(getattr(node, name), missing)


def _is_true(node: Any, missing: Collection[str | int]) -> bool:
    return (
        isinstance(node, ast.BoolExpr)
        and node.boolop == BoolExprType.OR_EXPR
        and any(
            isinstance(item, ast.NullTest)
            and item.nulltesttype == NullTestType.IS_NULL
            and _number(item.arg) in missing
            for item in node.args or ()
        )
    )


def _compared(statement: Any, missing: set[str | int], found: list[str]) -> None:
    """Look for a comparison with nothing in a query below another: its rows are nowhere then."""
    below = [node for node in _all(statement, missing) if isinstance(node, ast.SubLink)]
    for node in (item for link in below for item in _all(link.subselect, missing)):
        compares = isinstance(node, ast.A_Expr) and node.kind in _COMPARING
        if compares and not missing.isdisjoint({_number(node.lexpr), _number(node.rexpr)}):
            found.append("compares with a missing value")


def _number(node: Any) -> int | None:
    while isinstance(node, ast.TypeCast):
        node = node.arg
    return node.number if isinstance(node, ast.ParamRef) else None


def _look(node: Any, found: list[str], *, nested: bool = False) -> None:
    if isinstance(node, ast.SelectStmt):
        _select(node, found, nested=nested)
    elif isinstance(node, ast.InsertStmt):
        _insert(node, found)
    elif isinstance(node, ast.UpdateStmt | ast.DeleteStmt):
        _change(node, found)


def _with(node: Any, found: list[str], *, nested: bool) -> None:
    if node.withClause is None:
        return
    for item in node.withClause.ctes:
        writes = not isinstance(item.ctequery, ast.SelectStmt)
        if writes and (nested or not isinstance(node, ast.SelectStmt)):
            found.append(f"{item.ctename} writes below a statement that writes")
        _look(item.ctequery, found, nested=True)


def _select(node: Any, found: list[str], *, nested: bool) -> None:
    _with(node, found, nested=nested)
    if node.larg is not None:
        _look(node.larg, found, nested=nested)
        _look(node.rarg, found, nested=nested)
        return
    level = _Level()
    for item in node.fromClause or ():
        _from(item, level, found)
    if node.whereClause is not None:
        level.quals.append(node.whereClause)
    _check(level, found)
    for part in (node.targetList, node.whereClause, node.havingClause):
        _inner(part, found)


def _insert(node: Any, found: list[str]) -> None:
    _with(node, found, nested=False)
    table = node.relation.relname
    columns = [item.name for item in node.cols or ()]
    if table in OWNED and OWNED[table] not in columns:
        found.append(f"INSERT INTO {table} without {OWNED[table]}")
    if node.selectStmt is not None and node.selectStmt.valuesLists is None:
        found.append(f"INSERT INTO {table} from a query")


def _change(node: Any, found: list[str]) -> None:
    _with(node, found, nested=False)
    level = _Level()
    _from(node.relation, level, found)
    for item in getattr(node, "fromClause", None) or getattr(node, "usingClause", None) or ():
        if isinstance(item, ast.RangeFunction):
            found.append(f"{node.relation.relname} is changed from a function")
        _from(item, level, found)
    if node.whereClause is not None:
        level.quals.append(node.whereClause)
    _check(level, found)
    _inner(node.whereClause, found)
    if isinstance(node, ast.UpdateStmt) and OWNED.keys() & level.tables.values():
        for item in node.targetList or ():
            if isinstance(item.val, ast.A_Indirection):  # ends the whole coordinator
                found.append(f"{item.name} is set to a part of an array")


def _from(node: Any, level: _Level, found: list[str], *, outer: bool = False) -> list[str]:
    """Take in what stands in FROM and return the aliases."""
    if isinstance(node, ast.RangeVar):
        table = str(node.relname)
        name = str(node.alias.aliasname) if node.alias else table
        level.tables[name] = table
        if outer:
            level.outer.add(name)
        return [name]
    if isinstance(node, ast.RangeSubselect):
        _look(node.subquery, found)
        return []
    if isinstance(node, ast.JoinExpr):
        right = node.jointype == JoinType.JOIN_LEFT or outer
        names = _from(node.larg, level, found, outer=outer)
        behind = _from(node.rarg, level, found, outer=right)
        if node.quals is not None:
            _inner(node.quals, found)
            if right:
                for name in behind:
                    level.own.setdefault(name, []).append(node.quals)
            else:
                level.quals.append(node.quals)
        return [*names, *behind]
    return []


def _check(level: _Level, found: list[str]) -> None:
    said = {name for qual in level.quals for name in _valued(qual, level)}
    for name, table in level.tables.items():
        if table not in OWNED:
            continue
        own = {other for qual in level.own.get(name, ()) for other in _valued(qual, level)}
        if name not in (own if name in level.outer else said):
            found.append(f"{table} {name} does not name the tenant")


def _valued(qual: Any, level: _Level) -> Iterator[str]:
    """Yield the aliases whose tenant a condition sets to a value."""
    for part in _conjuncts(qual):
        if not (isinstance(part, ast.A_Expr) and part.kind == A_Expr_Kind.AEXPR_OP):
            continue
        if [item.sval for item in part.name or ()] != ["="]:
            continue
        for one, other in ((part.lexpr, part.rexpr), (part.rexpr, part.lexpr)):
            alias = _tenant_of(one, level)
            if alias is not None and _is_value(other):
                yield alias


def _conjuncts(node: Any) -> Iterator[Any]:
    if isinstance(node, ast.BoolExpr) and node.boolop == BoolExprType.AND_EXPR:
        for item in node.args or ():
            yield from _conjuncts(item)
    else:
        yield node


def _tenant_of(node: Any, level: _Level) -> str | None:
    if not isinstance(node, ast.ColumnRef):
        return None
    names = [str(item.sval) for item in node.fields or () if isinstance(item, ast.String)]
    alias = names[0] if len(names) > 1 else next(iter(level.tables), "")
    table = level.tables.get(alias)
    return alias if table in OWNED and names[-1] == OWNED[table] else None


def _is_value(node: Any) -> bool:
    if isinstance(node, ast.TypeCast):
        return _is_value(node.arg)
    return isinstance(node, ast.ParamRef | ast.A_Const)


def _inner(node: Any, found: list[str]) -> None:
    """Look at the queries inside expressions."""
    if isinstance(node, ast.SubLink):
        _look(node.subselect, found)
        _inner(node.testexpr, found)
    elif isinstance(node, tuple | list):
        for item in node:
            _inner(item, found)
    elif isinstance(node, ast.Node):
        for name in node:
            _inner(getattr(node, name), found)
