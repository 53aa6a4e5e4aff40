"""A correction is decided once, by somebody else, with what was changed when it is accepted."""

from __future__ import annotations

import pytest

from shangfa.domain.faults import RefusedError
from shangfa.domain.people.corrections import Decided, check_decision

ACCEPTED = Decided("accepted", "属实", "自3月2日起改为客服部")


@pytest.mark.parametrize("said", [ACCEPTED, Decided("declined", "与档案相符", None)])
@pytest.mark.parametrize("decider", ["E2", None])
def test_a_decision_that_passes(said: Decided, decider: str | None) -> None:
    check_decision("asked", "E1", decider, said)


@pytest.mark.parametrize(
    ("state", "decider", "said", "code"),
    [
        ("asked", "E1", ACCEPTED, "own_correction"),
        ("accepted", "E1", ACCEPTED, "own_correction"),
        ("accepted", "E2", ACCEPTED, "correction_decided"),
        ("declined", None, ACCEPTED, "correction_decided"),
        ("asked", "E2", Decided("accepted", "属实", None), "missing"),
        ("asked", "E2", Decided("accepted", "属实", ""), "missing"),
    ],
)
def test_a_decision_that_does_not(
    state: str, decider: str | None, said: Decided, code: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        check_decision(state, "E1", decider, said)
    assert [fault.code for fault in refused.value.faults] == [code]
