"""Whether clauses are in proportion: what harms nobody weighs no more than what others suffer from.

Only what marks say is compared, by the ladder of the policy, with dismissal above its last rung;
and only acts that their words tell apart: doing something else at work, and a founded complaint,
a loss, an accident. Whoever knows the work decides whether the difference is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from shangfa.sdk import Note
from shangfa_compliance_cn.reading import Seen, dismisses, penalties, says

RULES: Final = ("PROPORTIONALITY",)
CODE: Final = "disproportionate"
TEXT: Final = Note(
    "「{0}」处分重于造成后果的「{1}」",
    "“{0}” weighs more than “{1}”, from which others suffer",
)
SUGGESTION: Final = Note(
    "按行为的性质、过错和后果排列各条的轻重，或写明轻微与严重的界限",
    "order the clauses by act, fault and harm, or say from what degree on it is grave",
)
_MARKS: Final = frozenset({"marks"})
_PETTY: Final = (
    "非工作|与工作无关|工作以外|工作之外|私[事活]|"
    "闲聊|聊天|吃零食|玩手机|玩游戏|看小说|看视频|听音乐"
)
_HARM: Final = r"投诉|损失|致损|事故|受伤|伤害"


def disproportionate(seen: Sequence[Seen], ladder: Sequence[str]) -> Iterator[tuple[Seen, Seen]]:
    """Yield each petty act that weighs more than a harmful one, with the mildest of these."""
    harmful = [(_weights(item, ladder), item) for item in seen if says(item, _HARM)]
    known = [(max(weights), item) for weights, item in harmful if weights]
    if not known:
        return
    most, mildest = min(known, key=lambda pair: pair[0])
    for item in seen:
        weights = _weights(item, ladder) if says(item, _PETTY) and not says(item, _HARM) else []
        if weights and min(weights) > most:
            yield item, mildest


def _weights(seen: Seen, ladder: Sequence[str]) -> list[int]:
    """Return how high on the ladder what a clause may give stands; empty when it gives no mark."""
    rungs = [ladder.index(row.unit) for row in penalties(seen, _MARKS) if row.unit in ladder]
    return [*rungs, len(ladder)] if dismisses(seen) else rungs
