"""What a policy writes under `params`, typed; and the marks of what must be declared."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from shangfa.domain.frozen import freeze


class Params(BaseModel):
    """What a policy writes under `params`: subclass it, one annotated field each.

    Unknown keys and wrong types are refused with their place in the file. Amounts are
    `Decimal`; give bounds with `Field(gt=0)` and say the unit in `description`. Lists become
    tuples and objects cannot be changed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    @model_validator(mode="after")
    def _freeze(self) -> Self:
        """Freeze what a field holds as well: a policy's params are shared by all incidents."""
        self.__dict__.update({name: freeze(value) for name, value in self.__dict__.items()})
        return self


class Names:
    """Marks a parameter that names something the policy must declare."""

    def __init__(self, what: Literal["fact", "rung"]) -> None:
        self.what = what


FactName = Annotated[str, Names("fact")]
"""The name of a fact the clause declares; another name is refused with its line."""
RungName = Annotated[str, Names("rung")]
"""A rung of the policy's ladder; another is refused with its line."""
