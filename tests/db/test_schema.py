"""What must hold for every table, now and later, read from the catalogue."""

from sqlalchemy import Engine
from tests.making.catalogue import DISTRIBUTED, LOCAL, TENANT_TABLES, column

from shangfa.db.distribution import placement
from shangfa.db.rows import Base, TenantOwned


def test_every_table_is_distributed_by_tenant_or_local(owner: Engine) -> None:
    found = column(
        owner,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p')",
    )
    assert [item for item in found if item in DISTRIBUTED] == DISTRIBUTED
    assert [item for item in found if placement.is_local(item)] == sorted({*found} - {*DISTRIBUTED})
    assert sorted(placement.LOCAL) == LOCAL
    assert not placement.LOCAL & {*DISTRIBUTED}


def test_a_table_is_distributed_when_its_row_has_the_key_of_a_tenant() -> None:
    owned = {
        str(row.__tablename__): "tenant_id"
        for row in Base.__subclasses__()
        if issubclass(row, TenantOwned)
    }
    assert owned | {"tenant": "id"} == placement.DISTRIBUTED
    assert next(iter(placement.DISTRIBUTED)) == "tenant"


def test_every_tenants_table_has_the_key_tenant_and_id(owner: Engine) -> None:
    keyed = column(
        owner,
        "SELECT c.relname FROM pg_constraint JOIN pg_class c ON c.oid = conrelid"
        " WHERE contype = 'p'"
        " AND pg_get_constraintdef(pg_constraint.oid) = 'PRIMARY KEY (tenant_id, id)'",
    )
    assert keyed == TENANT_TABLES


def test_every_unique_key_of_a_distributed_table_holds_what_it_is_distributed_by(
    owner: Engine,
) -> None:
    strays = column(
        owner,
        "SELECT i.indexrelid::regclass::text FROM pg_index i"
        " JOIN pg_class c ON c.oid = i.indrelid"
        " JOIN pg_attribute t ON t.attrelid = c.oid"
        " AND t.attname = CASE c.relname WHEN 'tenant' THEN 'id' ELSE 'tenant_id' END"
        " WHERE (i.indisunique OR i.indisexclusion) AND i.indkey[0] <> t.attnum"
        " AND c.relname NOT IN ('tenant_slug', 'erasure')"
        " AND c.relnamespace = 'public'::regnamespace",
    )
    assert strays == []


def test_references_are_plain(owner: Engine) -> None:
    """None is deferred, sets anything to null or cascades: a distributed one cannot."""
    strays = column(
        owner,
        "SELECT conname FROM pg_constraint WHERE contype = 'f'"
        " AND conrelid::regclass::text NOT LIKE 'procrastinate%'"
        " AND (condeferrable OR confdeltype <> 'a' OR confupdtype <> 'a')",
    )
    assert strays == []


def ours(pair: str) -> bool:
    return not pair.startswith("procrastinate") or not {*pair.split()}.isdisjoint(DISTRIBUTED)


def test_no_reference_runs_between_what_is_distributed_and_what_is_not(owner: Engine) -> None:
    pairs = column(
        owner,
        "SELECT concat_ws(' ', c.relname, t.relname) FROM pg_constraint f"
        " JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class t ON t.oid = f.confrelid"
        " WHERE f.contype = 'f' AND c.relnamespace = 'public'::regnamespace",
    )
    assert {len({*pair.split()} - {*DISTRIBUTED}) for pair in pairs if ours(pair)} == {0}


def test_no_policy_of_a_distributed_table_asks_another_but_those_that_distributing_drops(
    owner: Engine,
) -> None:
    asking = column(
        owner,
        "SELECT c.relname || ' ' || p.polname FROM pg_policy p JOIN pg_class c"
        " ON c.oid = p.polrelid WHERE concat(p.polqual, p.polwithcheck) LIKE '%SUBLINK%'",
    )
    dropped = [(table, name) for table, names in placement.DROPPED.items() for name in names]
    assert asking == sorted(f"{table} {name}" for table, name in dropped)


def test_no_default_of_a_distributed_table_is_volatile(owner: Engine) -> None:
    defaults = column(
        owner,
        "SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d"
        " WHERE d.adrelid::regclass::text NOT LIKE 'procrastinate%'",
    )
    assert [item for item in defaults if "(" in item] == []


def test_the_names_of_keys_leave_room_for_the_number_of_a_shard(owner: Engine) -> None:
    long = column(
        owner,
        "SELECT conname FROM pg_constraint WHERE contype <> 'n' AND length(conname) > 54"
        " AND conname NOT LIKE '%procrastinate%'",
    )
    assert long == []


def test_no_table_is_inherited_partitioned_or_rewritten(owner: Engine) -> None:
    assert column(owner, "SELECT inhrelid::regclass::text FROM pg_inherits") == []
    assert column(owner, "SELECT rulename FROM pg_rules WHERE schemaname = 'public'") == []


def test_every_reference_between_tenants_tables_carries_the_tenant(
    owner: Engine,
) -> None:
    strays = column(
        owner,
        "SELECT conname FROM pg_constraint WHERE contype = 'f'"
        " AND conrelid::regclass::text NOT LIKE 'procrastinate%'"
        " AND pg_get_constraintdef(oid) !~"
        r" '^FOREIGN KEY \(tenant_id, \w+\) REFERENCES \"?\w+\"?\(tenant_id, id\)$'"
        " AND pg_get_constraintdef(oid) <>"
        " 'FOREIGN KEY (tenant_id) REFERENCES tenant(id)'",
    )
    assert strays == []


def test_every_row_of_a_tenant_stands_on_the_tenant_if_by_way_of_others(owner: Engine) -> None:
    """What refers to nothing else refers to the tenant; all else to such a one, and so on."""
    pairs = column(
        owner,
        "SELECT concat_ws(' ', c.relname, t.relname) FROM pg_constraint f"
        " JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class t ON t.oid = f.confrelid"
        " WHERE f.contype = 'f' AND c.relname NOT LIKE 'procrastinate%'",
    )
    refers: dict[str, set[str]] = {}
    for pair in pairs:
        table, target = pair.split()
        refers.setdefault(table, set()).add(target)
    assert sorted(refers) == TENANT_TABLES
    standing = {"tenant"}
    while more := {table for table, to in refers.items() if to & standing} - standing:
        standing |= more
    assert standing == {*TENANT_TABLES, "tenant"}


def test_every_column_that_names_a_row_of_the_tenant_is_a_reference(
    owner: Engine,
) -> None:
    """Who acted is named without one: see `ActorRow`."""
    strays = column(
        owner,
        "SELECT a.attrelid::regclass || '.' || a.attname FROM pg_attribute a"
        " JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE c.relkind = 'r' AND c.relforcerowsecurity"
        " AND c.relname NOT IN ('erasure', 'frozen_tenant', 'tenant_slug', 'webhook_tenant')"
        " AND a.atttypid = 'uuid'::regtype AND a.attname ~ '_id$' AND a.attname <> 'actor_id'"
        " AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f'"
        " AND f.conrelid = c.oid AND a.attnum = ANY(f.conkey))",
    )
    assert strays == []


def test_no_tenants_table_has_a_trigger_of_ours(owner: Engine) -> None:
    triggers = column(
        owner,
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        " AND tgrelid::regclass::text NOT LIKE 'procrastinate%'",
    )
    assert triggers == []


def test_there_are_no_views_and_no_functions_of_the_owners(owner: Engine) -> None:
    around = column(
        owner,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('v', 'm')"
        " UNION ALL SELECT proname FROM pg_proc WHERE prosecdef"
        " AND pronamespace NOT IN ('pg_catalog'::regnamespace,"
        " 'information_schema'::regnamespace)",
    )
    assert around == []


def test_the_ledger_keeps_room_for_tallies_that_change_often(owner: Engine) -> None:
    options = column(owner, "SELECT unnest(reloptions) FROM pg_class WHERE relname = 'tally'")
    assert options == ["fillfactor=70"]
