from datetime import date
from decimal import Decimal
from string import Formatter

import pytest

from shangfa.api.problems.faults import declared
from shangfa.domain.faults import (
    INVALID,
    MISSING,
    NOT_FOUND,
    Fault,
    FaultKind,
    PluginFailedError,
    RefusedError,
    inside,
    refused,
)
from shangfa.domain.policies.facts import Fact
from shangfa.domain.policies.faults import INVALID_FACT


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", declared().values(), ids=list(declared()))
def test_every_message_says_the_same_in_both_languages(kind: FaultKind) -> None:
    assert names_in(kind.en) == names_in(kind.zh)


def test_a_value_in_two_languages_is_said_in_each() -> None:
    allowed = Fact("loss", "money", least=Decimal(0)).allowed()
    values = {"name": "loss", "label": "损失", "value": -5, "allowed": allowed}
    fault = Fault(INVALID_FACT, "/facts/loss", values)
    assert fault.zh.endswith("须为金额（元） ≥ 0, ≤ 1000000000。")
    assert fault.en.endswith("it takes an amount in CNY ≥ 0, ≤ 1000000000.")


@pytest.mark.parametrize("kind", declared().values(), ids=list(declared()))
def test_every_message_can_be_filled(kind: FaultKind) -> None:
    names = names_in(kind.zh)
    fault = Fault(kind, "", dict.fromkeys(names, "x"))
    assert fault.zh
    assert fault.en


def test_a_fault_is_said_in_both_languages_with_its_place() -> None:
    fault = Fault(MISSING, "/clauses/0", {"value": "title"}, "policy.yaml:7")
    assert str(fault) == "policy.yaml:7: missing: 缺少必填项“title”。 | 'title' is required."


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        pytest.param("迟到", "迟到", "'迟到'", id="a text"),
        pytest.param(7, "7", "7", id="a number"),
        pytest.param(Decimal("1E-400"), "1E-400", "1E-400", id="a decimal"),
        pytest.param(None, "null", "null", id="nothing"),
        pytest.param(True, "true", "true", id="true"),
        pytest.param([1, "a"], '[1, "a"]', '[1, "a"]', id="a list"),
        pytest.param({"a": Decimal("1.5")}, '{"a": "1.5"}', '{"a": "1.5"}', id="an object"),
        pytest.param(date(2026, 3, 2), "2026-03-02", "2026-03-02", id="a day"),
        pytest.param("x" * 80, "x" * 80, f"'{'x' * 80}'", id="a text of eighty letters"),
        pytest.param("x" * 81, f"{'x' * 79}…", f"'{'x' * 79}…'", id="a longer one"),
        pytest.param([1] * 99, f"{str([1] * 99)[:79]}…", f"{str([1] * 99)[:79]}…", id="long list"),
        pytest.param(10**5000, "int", "int", id="a number that Python does not write"),
        pytest.param({(1, 2): 3}, "{(1, 2): 3}", "{(1, 2): 3}", id="what JSON does not know"),
    ],
)
def test_a_value_is_shown_plainly_and_cut(value: object, zh: str, en: str) -> None:
    fault = Fault(MISSING, "", {"value": value})
    assert (fault.zh, fault.en) == (f"缺少必填项“{zh}”。", f"{en} is required.")


def test_what_is_said_about_a_value_is_cut_later() -> None:
    fault = Fault(INVALID, "", {"value": "x", "why": "y" * 5000})
    assert fault.en == f"'x' is not valid: {'y' * 999}…."


@pytest.mark.parametrize(
    ("key", "pointer"),
    [
        pytest.param("a", "/x/a", id="a name"),
        pytest.param(0, "/x/0", id="a number"),
        pytest.param("", "/x/", id="no name"),
        pytest.param("a/b~c", "/x/a~1b~0c", id="a name with a slash"),
        pytest.param("\ud800", "/x/\\ud800", id="half a surrogate pair"),
        pytest.param("x" * 81, f"/x/{'x' * 79}…", id="a long name"),
    ],
)
def test_a_pointer_leads_inside(key: object, pointer: str) -> None:
    assert inside("/x", key) == pointer


def test_a_refusal_carries_every_fault_and_the_code_of_the_first() -> None:
    error = RefusedError(Fault(NOT_FOUND), Fault(MISSING, "", {"value": "x"}))
    assert (error.code, len(error.faults)) == ("not_found", 2)
    assert "; missing: " in str(error)


def test_a_refusal_of_one_fault() -> None:
    assert refused(MISSING, "/x", value="y").faults == (Fault(MISSING, "/x", {"value": "y"}),)


def test_a_failed_plugin_is_named() -> None:
    error = PluginFailedError("fines.fixed", "KeyError: 'loss'")
    assert (error.code, error.plugin) == ("plugin_failed", "fines.fixed")
    assert "fines.fixed" in error.faults[0].zh
