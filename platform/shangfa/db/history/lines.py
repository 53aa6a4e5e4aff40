"""All incidents of a policy, a day at a time and a line each: what it takes to read a long past.

Most incidents name one subject and stand as they were reported; of those a line says all. The
others are read by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from shangfa.db.facts import NOTHING, Happened, Part, Touched, happened, values_of
from shangfa.db.incidents import STANDS
from shangfa.db.tx.transaction import Tx

FIELD: Final = "\x1f"
LINE: Final = "\x1e"
_AT_ONCE: Final = 20
"""Days that are fetched together."""
_LINES: Final = f"""
    SELECT i.occurred_on, string_agg(CASE WHEN i.id = ANY(%(several)s) THEN i.id::text
        ELSE concat_ws('{FIELD}', i.id, x.subject_id, i.quantity, i.occurred_at,
            CASE WHEN c.confidential THEN 'c' ELSE '' END,
            CASE WHEN (i.facts->>'timed')::boolean THEN 't' ELSE '' END,
            coalesce(NULLIF(i.facts->'given', '{{}}')::text, ''),
            coalesce(NULLIF(c.facts, '{{}}')::text, ''), i.clause) END,
        '{LINE}' ORDER BY i.occurred_at, i.facts->>'timed', i.id)
    FROM incident i
    JOIN "case" c ON c.tenant_id = i.tenant_id AND c.incident_id = i.id
    JOIN incident_subject x ON x.tenant_id = i.tenant_id AND x.incident_id = i.id
        AND x.position = 0
    WHERE i.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s AND x.tenant_id = %(tenant)s
        AND i.occurred_on BETWEEN %(first)s AND %(last)s AND i.policy_id = %(policy)s
        AND (%(subjects)s::uuid[] IS NULL OR i.id IN (
            SELECT y.incident_id FROM incident_subject y
            WHERE y.tenant_id = %(tenant)s AND y.subject_id = ANY(%(subjects)s)))
    GROUP BY 1 ORDER BY 1"""  # noqa: S608 - constants only


class Told(NamedTuple):
    """An incident of one subject that stands as it was reported; texts as they are stored.

    Attributes:
        confidential, timed: empty when it is not so.
        given, gathered: facts as JSON, empty where there are none.
    """

    on: date
    id: str
    subject: str
    quantity: str
    at: str
    confidential: str
    timed: str
    given: str
    gathered: str
    clause: str

    def happened(self, policy_id: UUID) -> Happened:
        """Return it as an incident like any other."""
        given = orjson.loads(self.given) if self.given else NOTHING
        said = {"given": given, "timed": bool(self.timed)}
        gathered: dict[str, Any] = orjson.loads(self.gathered) if self.gathered else NOTHING
        at, size = datetime.fromisoformat(self.at), Decimal(self.quantity)
        parts = [Part(UUID(self.subject), None, stands=True)]
        which = (UUID(self.id), policy_id, self.clause, self.on, at, size, said, gathered)
        return Happened(*which, bool(self.confidential), parts)


def told(tx: Tx, meant: Touched) -> Iterator[tuple[date, list[Told | Happened]]]:
    """Yield each day with its incidents of which a part stands, in the order of the law."""
    wanted = _several(tx, meant)
    several = {str(item.id): item for item in happened(tx, meant, wanted)} if wanted else {}
    with tx.raw.cursor("told") as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(_LINES, {**values_of(tx, meant), "several": list(wanted)})
        for day, text in cursor:
            yield day, list(_read(day, text, several))


def _read(day: date, text: str, several: dict[str, Happened]) -> Iterator[Told | Happened]:
    for line in text.split(LINE):
        fields = line.split(FIELD)
        if fields[1:]:
            yield Told(day, *fields)
        elif line in several:
            yield several.pop(line)


_SEVERAL: Final = f"""
    SELECT DISTINCT x.incident_id FROM incident_subject x
    JOIN incident i ON i.tenant_id = x.tenant_id AND i.id = x.incident_id
    WHERE x.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s AND i.policy_id = %(policy)s
        AND i.occurred_on BETWEEN %(first)s AND %(last)s AND (x.position > 0
            OR x.share IS NOT NULL OR x.varied IS NOT NULL OR NOT ({STANDS})
            OR i.clause ~ '[\x1e\x1f]')"""  # noqa: S608 - constants only


def _several(tx: Tx, meant: Touched) -> set[UUID]:
    """Return the incidents that no line tells."""
    return {found for (found,) in tx.raw.execute(_SEVERAL, values_of(tx, meant)).fetchall()}
