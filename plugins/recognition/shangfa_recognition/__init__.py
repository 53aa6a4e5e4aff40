"""Awards: rankings, ballots and shares of the staff when a period closes; event awards.

Sources of the shapes: 001_648d08a12260468c.txt L184-L192 (S10), L204-L208 (S13) and
L270-L274 (S20).
"""

from __future__ import annotations

from typing import Any

from shangfa.sdk import ClauseKind, ProgrammeKind, hookimpl
from shangfa_recognition import ballot, clean, events, ranking, share
from shangfa_recognition.prizes import letters_of, period_of


@hookimpl
def register_clause_kinds() -> list[ClauseKind[Any]]:
    return [
        ClauseKind(
            "recognition.award",
            events.EventAward,
            events.assess_award,
            events.rows_award,
        ),
    ]


@hookimpl
def register_programmes() -> list[ProgrammeKind[Any]]:
    return [
        ProgrammeKind(
            "recognition.ranking",
            ranking.Ranking,
            ranking.evaluate_ranking,
            ranking.INPUTS,
            ranking.rows_ranking,
            period_of,
            reads=letters_of,
        ),
        ProgrammeKind(
            "recognition.share",
            share.Share,
            share.evaluate_share,
            share.INPUTS,
            share.rows_share,
            period_of,
            reads=letters_of,
        ),
        ProgrammeKind(
            "recognition.ballot",
            ballot.Ballot,
            ballot.evaluate_ballot,
            ballot.INPUTS,
            ballot.rows_ballot,
            period_of,
        ),
        ProgrammeKind(
            "recognition.clean",
            clean.Clean,
            clean.evaluate_clean,
            (),
            clean.rows_clean,
            period_of,
            reads=clean.reads_clean,
        ),
    ]
