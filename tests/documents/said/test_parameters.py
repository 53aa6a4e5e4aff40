from typing import Any

import pytest

from shangfa.documents.parameters import MissingError, Parameters, UndeclaredError
from shangfa.documents.policy.shape import ParameterDoc

DECLARED = {
    "price": ParameterDoc(value=20, note="CNY"),
    "reading": ParameterDoc(value="R1", note="how it is read"),
    "open": ParameterDoc(note="not known yet"),
}
PARAMETERS = Parameters(DECLARED)


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        pytest.param("$price", 20, id="a value"),
        pytest.param({"a": ["$price", "b"]}, {"a": [20, "b"]}, id="deep inside"),
        pytest.param("US$price", "US$price", id="a dollar in a text"),
        pytest.param(("$price",), [20], id="a tuple"),
        pytest.param(5, 5, id="nothing to fill"),
    ],
)
def test_values_are_filled_in(value: Any, filled: Any) -> None:
    assert PARAMETERS.fill(value) == filled


def test_a_given_value_stands_in_place_of_the_documents() -> None:
    assert Parameters(DECLARED, {"price": 30, "open": 1}).fill(["$price", "$open"]) == [30, 1]


@pytest.mark.parametrize(
    ("value", "error"),
    [
        pytest.param("$prize", UndeclaredError, id="misspelt"),
        pytest.param({"a": "$open"}, MissingError, id="without a value"),
    ],
)
def test_what_cannot_be_filled_in(value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        PARAMETERS.fill(value)


YES, NO, OPEN = {"$reading": "R1"}, {"$reading": "R2"}, {"loss": {"over": "$price"}}
LEFT = {"loss": {"over": 20}}


@pytest.mark.parametrize(
    ("spec", "left"),
    [
        pytest.param({}, {}, id="no condition"),
        pytest.param(OPEN, LEFT, id="values are filled in"),
        pytest.param(YES, {}, id="the reading chosen"),
        pytest.param(NO, None, id="another reading"),
        pytest.param({"$reading": ["R1", "R2"]}, {}, id="one of several readings"),
        pytest.param(YES | OPEN, LEFT, id="the reading chosen, and more"),
        pytest.param(NO | OPEN, None, id="another reading, and more"),
        pytest.param({"any": [NO, OPEN]}, {"any": [LEFT]}, id="any: what cannot hold goes"),
        pytest.param({"any": [YES, OPEN]}, {}, id="any: one that holds is enough"),
        pytest.param({"any": [NO, NO]}, None, id="any: none can hold"),
        pytest.param({"all": [YES, OPEN]}, {"all": [LEFT]}, id="all: what holds goes"),
        pytest.param({"all": [NO, OPEN]}, None, id="all: one that cannot hold is enough"),
        pytest.param({"all": [YES, YES]}, {}, id="all hold"),
        pytest.param({"not": NO}, {}, id="not what cannot hold"),
        pytest.param({"not": YES}, None, id="not what holds"),
        pytest.param({"not": OPEN}, {"not": LEFT}, id="not, undecided"),
        pytest.param({"any": "x"}, {"any": "x"}, id="misshapen, told when it is compiled"),
    ],
)
def test_what_readings_leave_of_a_condition(spec: Any, left: Any) -> None:
    assert PARAMETERS.resolve(spec) == left


def test_a_reading_that_is_not_chosen_yet_is_missing() -> None:
    with pytest.raises(MissingError):
        PARAMETERS.resolve({"not": {"$open": 1}})
