"""Amounts: exact, finite, whole fen, inside their limits, or refused with nothing stored."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.house import contents, incident
from tests.making.office import Office, refusal, sent
from tests.making.operations import fresh


@pytest.mark.parametrize(
    "quantity",
    [
        pytest.param("NaN", id="NaN"),
        pytest.param("sNaN", id="signalling NaN"),
        pytest.param("Infinity", id="infinity"),
        pytest.param("-inf", id="minus infinity"),
        pytest.param("1e999999999", id="a huge exponent as text"),
        pytest.param("1e400", id="beyond a float as text"),
        pytest.param("9" * 400, id="four hundred digits as text"),
        pytest.param("1e-999999", id="a tiny exponent"),
        pytest.param("0", id="zero"),
        pytest.param("-1", id="less than nothing"),
        pytest.param("1.5", id="a half where whole ones are counted"),
        pytest.param("", id="an empty text"),
        pytest.param("one", id="a word"),
        pytest.param("1,000", id="a thousands separator"),
        pytest.param("0x10", id="hexadecimal"),
        pytest.param("1_000", id="an underscore"),
        pytest.param("١", id="an Arabic digit"),
        pytest.param(0, id="the number zero"),
        pytest.param(True, id="true"),
        pytest.param(False, id="false"),
        pytest.param([1], id="a list"),
        pytest.param({"value": 1}, id="an object"),
    ],
)
def test_a_bad_quantity(office: Office, owner_url: str, quantity: Any) -> None:
    stored = contents(owner_url)
    body = incident("f", "E") | {"quantity": quantity}
    for path in ("/v1/incidents", "/v1/assessments"):
        found = refusal(office.hr("POST", path, body))
        assert found == (422, "invalid_quantity", "/quantity")
    assert contents(owner_url) == stored


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        pytest.param("NaN", 400, "not_a_document", id="NaN"),
        pytest.param("Infinity", 400, "not_a_document", id="Infinity"),
        pytest.param("-Infinity", 400, "not_a_document", id="minus Infinity"),
        pytest.param("1e999999999", 422, "invalid", id="a huge exponent"),
        pytest.param("1e400", 422, "invalid", id="beyond a float"),
        pytest.param("1" + "0" * 5000, 422, "invalid", id="five thousand digits"),
        pytest.param("1" + "0" * 500, 422, "invalid", id="five hundred digits"),
        pytest.param("1" + "0" * 18, 422, "invalid_quantity", id="nineteen digits"),
        pytest.param("1e39", 422, "invalid_quantity", id="forty digits with an exponent"),
        pytest.param("01", 400, "not_a_document", id="a leading zero"),
        pytest.param("1.50000000000000000001", 422, "invalid_quantity", id="beyond a double"),
    ],
)
def test_a_bad_number_in_json(
    office: Office, owner_url: str, number: str, status: int, code: str
) -> None:
    stored = contents(owner_url)
    text = f'{{"subject":"E","clause":"f","occurred_at":"2026-03-02","quantity":{number}}}'
    response = sent(office, "/v1/incidents", text)
    assert (response.status_code, response.get_json()["code"]) == (status, code)
    assert contents(owner_url) == stored


@pytest.mark.parametrize(
    ("quantity", "kept", "fine"),
    [
        pytest.param("3", "3", "-6.00", id="a text"),
        pytest.param(3, "3", "-6.00", id="a number"),
        pytest.param("3.0", "3", "-6.00", id="a whole number with a point"),
        pytest.param("1e2", "100", "-200.00", id="an exponent within reason"),
    ],
)
def test_a_good_quantity(office: Office, quantity: Any, kept: str, fine: str) -> None:
    made = office.hr.record("p", "E", quantity=quantity)
    assert made["effects"][0]["quantity"] == fine
    assert made["quantity"] == office.hr.get(f"/v1/incidents/{made['id']}")["quantity"] == kept


@pytest.mark.parametrize(
    ("wage", "status"),
    [
        pytest.param("0.01", 200, id="a fen"),
        pytest.param("999999999999.99", 200, id="the most there is room for"),
        pytest.param("0", 422, id="nothing"),
        pytest.param("-1", 422, id="less"),
        pytest.param("1e20", 422, id="more than there is room for"),
        pytest.param("1e400", 422, id="a huge exponent"),
        pytest.param("NaN", 422, id="NaN"),
        pytest.param(True, 422, id="true"),
        pytest.param("200.005", 422, id="half a fen"),
    ],
)
def test_a_wage(office: Office, owner_url: str, wage: Any, status: int) -> None:
    path = f"/v1/subjects/{office.company.hire(fresh('S'))}/wages"
    stored = contents(owner_url)
    response = office.hr("POST", path, {"since": "2026-01-01", "day_wage": wage})
    assert response.status_code == status, response.text
    if status == 422:
        assert refusal(response) == (422, "invalid", "/day_wage")
        assert contents(owner_url) == stored
    else:
        assert response.get_json()["wages"][0]["day_wage"] == wage


@pytest.mark.parametrize(
    ("value", "status"),
    [
        pytest.param("10", 201, id="the least"),
        pytest.param("50.00", 201, id="the most"),
        pytest.param("9.99", 422, id="a fen too little"),
        pytest.param("50.01", 422, id="a fen too much"),
        pytest.param("-30", 422, id="with a sign"),
        pytest.param("NaN", 422, id="NaN"),
        pytest.param("1e400", 422, id="a huge exponent"),
        pytest.param(True, 422, id="true"),
        pytest.param(None, 422, id="null"),
        pytest.param("30.005", 422, id="half a fen"),
    ],
)
def test_a_chosen_amount(office: Office, owner_url: str, value: Any, status: int) -> None:
    path = f"/v1/incidents/{office.hr.record('b', 'E')['id']}/choices"
    choice = {"subject": "E", "account": "fine", "unit": "CNY", "quantity": value}
    stored = contents(owner_url)
    response = office.hr("POST", path, {"choices": [choice], "reason": "初犯"})
    assert response.status_code == status, response.text
    assert (contents(owner_url) == stored) == (status == 422)
