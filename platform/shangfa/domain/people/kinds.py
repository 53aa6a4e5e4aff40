"""What a subject can be."""

from typing import Final, Literal, get_args

SubjectKind = Literal["employee", "team", "partner"]
SUBJECT_KINDS: Final[tuple[str, ...]] = get_args(SubjectKind)
