from datetime import date
from pathlib import Path

import pytest
from tests.making.policies import kinds_of

from shangfa.documents.tenant.folder import TenantFolder, read_tenant
from shangfa.domain.faults import RefusedError

POLICY = (
    "policy: {0}\ntitle: P\neffective_from: {1}\nclauses:\n  - {{code: c, title: t, kind: {2}}}\n"
)


def folder(tmp_path: Path, **files: str) -> Path:
    """A tenant's folder with these files; `_` stands for the point before `yaml` or `csv`."""
    for name, text in ({"tenant_yaml": "name: 测试\n"} | files).items():
        stem, _, suffix = name.rpartition("_")
        (tmp_path / f"{stem}.{suffix}").write_text(text, encoding="utf-8")
    return tmp_path


def codes(tmp_path: Path, **files: str) -> list[tuple[str, str]]:
    """(file:line, code) of every fault of the folder."""
    with pytest.raises(RefusedError) as caught:
        read_tenant(folder(tmp_path, **files))
    return [(fault.place.removeprefix(f"{tmp_path}/"), fault.code) for fault in caught.value.faults]


def test_a_bare_tenant_has_the_usual_settings(tmp_path: Path) -> None:
    tenant = read_tenant(folder(tmp_path))
    assert (tenant.slug, tenant.doc.timezone, tenant.doc.plugins) == (
        tmp_path.name,
        "Asia/Shanghai",
        (),
    )
    assert tenant.calendar().name == "CN"


def test_everything_in_a_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "b.yaml").write_text("[]", encoding="utf-8")
    (tmp_path / "cases" / "a.yaml").write_text("[]", encoding="utf-8")
    tenant = read_tenant(
        folder(
            tmp_path,
            policy_yaml=POLICY.format("p", "2026-01-01", "nothing"),
            **{"policy-2_yaml": POLICY.format("q", "2026-01-01", "nothing")},
            people_csv="code,name\nE,李\n",
        )
    )
    assert [source.data["policy"] for source in tenant.sources] == ["q", "p"]
    assert [person.code for person in tenant.people] == ["E"]
    assert [path.name for path in tenant.cases] == ["a.yaml", "b.yaml"]


@pytest.mark.parametrize(
    ("tenant", "faults"),
    [
        pytest.param("", [("tenant.yaml:1", "invalid")], id="empty"),
        pytest.param("locale: zh-CN\n", [("tenant.yaml:1", "missing")], id="no name"),
        pytest.param(
            "name: x\ntimezone: Asia/Peking\n", [("tenant.yaml:2", "invalid")], id="time zone"
        ),
        *(
            pytest.param(f"name: x\ntimezone: {zone}\n", [("tenant.yaml:2", "invalid")], id=zone)
            for zone in ("localtime", "posixrules", "Factory")
        ),
        pytest.param(
            "name: x\ntimezone: Europe/Berlin\nlocale: [a]\n",
            [("tenant.yaml:3", "invalid")],
            id="locale",
        ),
        pytest.param(
            "name: x\nplugin: [fines]\n", [("tenant.yaml:2", "unknown_field")], id="misspelt field"
        ),
        pytest.param("name: x\ncalendar: DE\n", [("tenant.yaml:2", "invalid")], id="calendar"),
        pytest.param(
            "name: x\ncalendars:\n  own: {based_on: DE}\n",
            [("tenant.yaml:3", "invalid")],
            id="a calendar based on an unknown one",
        ),
        pytest.param(
            "name: x\ncalendars:\n  own:\n    off: [soon]\n",
            [("tenant.yaml:4", "invalid")],
            id="a calendar with no such day",
        ),
    ],
)
def test_a_fault_of_the_tenant(tmp_path: Path, tenant: str, faults: list[tuple[str, str]]) -> None:
    assert codes(tmp_path, tenant_yaml=tenant) == faults


def test_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    found = codes(
        tmp_path,
        tenant_yaml="name: x\ncalendar: DE\n",
        policy_yaml="policy: p: q",
        people_csv="code,name\nE,\n",
    )
    assert found == [
        ("tenant.yaml:2", "invalid"),
        ("policy.yaml:1", "not_a_document"),
        ("people.csv:2", "invalid"),
    ]


def test_a_folder_without_its_tenant_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        read_tenant(tmp_path)
    assert caught.value.code == "not_a_document"


def tenant_of(tmp_path: Path, *policies: str) -> TenantFolder:
    files = {f"policy{i}_yaml": text for i, text in enumerate(policies)}
    return read_tenant(folder(tmp_path, **files))


def test_faults_of_every_policy_are_told_together(tmp_path: Path) -> None:
    tenant = tenant_of(
        tmp_path,
        POLICY.format("p", "2026-01-01", "nothng"),
        POLICY.format("p", "2026-02-01", "nothing").replace("title: t", "titel: t"),
    )
    with pytest.raises(RefusedError) as caught:
        tenant.versions(kinds_of())
    assert [fault.code for fault in caught.value.faults] == [
        "unknown_kind",
        "missing",
        "unknown_field",
    ]


def test_versions_are_numbered_in_the_order_of_their_days(tmp_path: Path) -> None:
    tenant = tenant_of(
        tmp_path,
        POLICY.format("p", "2026-07-01", "nothing"),
        POLICY.format("q", "2026-01-01", "nothing"),
        POLICY.format("p", "2026-01-01", "nothing"),
    )
    policies = tenant.policies(kinds_of())
    assert {
        name: [(version.number, version.effective_from) for version in policy.versions]
        for name, policy in policies.items()
    } == {
        "p": [(1, date(2026, 1, 1)), (2, date(2026, 7, 1))],
        "q": [(1, date(2026, 1, 1))],
    }


def test_two_versions_of_one_day_are_refused(tmp_path: Path) -> None:
    same = POLICY.format("p", "2026-01-01", "nothing")
    with pytest.raises(RefusedError) as caught:
        tenant_of(tmp_path, same, same).policies(kinds_of())
    (fault,) = caught.value.faults
    assert (fault.code, fault.place) == ("duplicate", f"{tmp_path}/policy1.yaml:3")


def test_parameters_go_to_the_policies_that_declare_them(tmp_path: Path) -> None:
    priced = (
        "policy: p\ntitle: P\nparameters: {price: {note: n}}\nclauses:\n"
        "  - {code: c, title: t, kind: fines.fixed, params: {amount: $price}}\n"
    )
    tenant = tenant_of(tmp_path, priced, POLICY.format("q", "2026-01-01", "nothing"))
    kinds = kinds_of("fines")
    missing = [
        tenant.policies(kinds, parameters)["p"].versions[0].clauses["c"].missing
        for parameters in (None, {"price": 5})
    ]
    assert missing == [("price",), ()]


CONDITION = POLICY.format("p", "2026-01-01", "nothing, when: {{subject.{0}: {{over: 2}}}}")


def test_policies_may_ask_for_the_attributes_that_the_tenant_declares(tmp_path: Path) -> None:
    declared = "name: 测试\nattributes: {grade: {type: number, label: 职级}}\n"
    policy = CONDITION.replace("{{", "{").replace("}}", "}")
    tenant = read_tenant(
        folder(tmp_path, tenant_yaml=declared, policy_yaml=policy.replace("{0}", "grade"))
    )
    assert tenant.versions(kinds_of())
    folder(tmp_path, tenant_yaml=declared, policy_yaml=policy.replace("{0}", "grad"))
    with pytest.raises(RefusedError, match="grade"):
        read_tenant(tmp_path).versions(kinds_of())


@pytest.mark.parametrize(
    "declared",
    [
        pytest.param("{label: 职级}", id="without a type"),
        pytest.param("{type: int, label: 职级}", id="of no such type"),
        pytest.param("{type: number}", id="without a label"),
    ],
)
def test_an_attribute_has_a_type_and_a_label(tmp_path: Path, declared: str) -> None:
    text = f"name: 测试\nattributes:\n  grade: {declared}\n"
    assert [place for place, _ in codes(tmp_path, tenant_yaml=text)] == ["tenant.yaml:3"]
