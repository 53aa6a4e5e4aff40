"""Every error code and a request that is refused with it."""

from __future__ import annotations

from tests.making.files import PDF, zipped
from tests.making.house import incident
from tests.making.operations import (
    FUND,
    LIFTING,
    OBJECTION,
    PAPER,
    SPENDING,
    a_fund,
    an_objection,
    chosen,
    with_a_term,
)
from tests.making.refusals.asked import (
    BEST,
    DATED,
    DECISION,
    NOBODY,
    NOWHERE,
    PAYMENT,
    SHEET,
    Case,
    a_second_fund,
    answered_key,
    bill,
    choice_of,
    closing,
    decided_objection,
    declared_grade,
    done_before,
    done_import,
    employed,
    file,
    gone,
    heard,
    imported_before,
    no_grade,
    open_choice,
    payroll,
    posted,
    published,
    refused,
    renamed,
    reported,
    reversed_incident,
    settled,
    shared,
    tenant,
    undecided_dismissal,
    waiting_fund,
)

CASES: dict[str, Case] = {
    "unknown_subject": refused("/subject", who=["X"]),
    "unknown_clause": refused("/clause", "ff"),
    "not_recordable": refused("/clause", "t"),
    "unknown_policy": refused("/policy", policy="home"),
    "unknown_tenant": Case("/v1/tenants/nobody", None, "", 404, "GET", "operator"),
    "unknown_plugin": Case(
        "/v1/tenants", {"slug": "x", "name": "x", "plugins": ["no"]}, "/plugins", role="operator"
    ),
    "unknown_procedure": refused("/procedure", procedure="rite"),
    "illegal_step": Case(heard("serve"), {}, "", 409, headers={"If_Match": "*"}),
    "same_person": Case(heard("defend", "approve"), {}, "", 403, headers={"If_Match": "*"}),
    "unknown_programme": Case("/v1/programmes/worst/evaluate", {"period": "2026-03"}, "/programme"),
    "unknown_column": payroll({"column": "nam"}, place="0/column"),
    "same_header": payroll({"column": "name"}, {"column": "姓名"}, place="1/header"),
    "unknown_template": Case(
        "/v1/periods/2026-03/payroll.csv?template=sap", None, "/template", 422, "GET"
    ),
    "wrong_paper": Case("/v1/subjects/E/papers", {**PAPER, "money": "fine"}, "/money"),
    "told_ahead": Case("/v1/subjects/E/papers", {**PAPER, "told_on": "2199-01-01"}, "/told_on"),
    "not_found": Case(f"/v1/incidents/{NOBODY}", None, "", 404, "GET"),
    "not_in_force": refused("/clause", occurred_at="1999-12-31"),
    "ambiguous_policy": refused("/policy", "w"),
    "out_of_scope": refused("/subject", "s"),
    "invalid_quantity": refused("/quantity", quantity=0),
    "missing_fact": refused("/facts/late", "l"),
    "unknown_fact": refused("/facts/lat", facts={"lat": True}),
    "invalid_fact": refused("/facts/late", "l", facts={"late": "yes"}),
    "future_incident": refused("/occurred_at", occurred_at="2999-01-01"),
    "shares_not_100": shared({"E": 60, "F": 39}),
    "shares_needed": Case(
        "/v1/incidents", incident("whole", "E", "F") | {"facts": {"loss": 90}}, "/subjects"
    ),
    "invalid_shares": shared({"E": 101, "F": -1}),
    "no_subjects": shared([]),
    "duplicate_subject": shared(["E", "E"]),
    "too_many_subjects": shared([f"E{number}" for number in range(201)]),
    "incomplete_clause": refused("/clause", "u"),
    "out_of_range": Case("/v1/near?gap=32", None, "/gap", 422, "GET"),
    "plugin_not_enabled": posted(
        "/v1/policies/validate",
        "/clauses/0/kind",
        "ladder.mark, params: {mark: warning}",
        "points.fixed, params: {letter: A, points: 1}",
    ),
    "plugin_in_use": Case(
        tenant("/plugins"),
        {"plugins": ["demerit_ladder", "duties", "recognition"]},
        "/plugins",
        409,
        "PUT",
        "operator",
        {"If_Match": "*"},
    ),
    "calendar_missing": refused("", "a", occurred_at="2001-03-05"),
    "supervisor_loop": Case(
        "/v1/subjects/M/assignments", {"since": "2026-01-01", "supervisor": "E"}, "/supervisor"
    ),
    "duplicate": Case("/v1/subjects", {"code": "E", "name": "重名"}, "/code", 409),
    "unknown_attribute": Case(DATED, declared_grade, "/attributes/grad", method="PUT"),
    "invalid_attribute": Case(DATED, no_grade, "/attributes/grade", method="PUT"),
    "not_employed": Case("/v1/incidents", gone, "/subject"),
    "last_before_first": Case(
        "/v1/subjects/E/employments/2026-01-01",
        {"last_day": "2025-12-31"},
        "/last_day",
        method="PUT",
    ),
    "employment_overlap": Case(employed, {"last_day": None}, "/first_day", 409, "PUT"),
    "name_taken": Case("/v1/renames", renamed, "/to", 409),
    "unknown_name": Case("/v1/renames", NOWHERE, "/from"),
    "already_published": Case(published, None, "", 409),
    "not_liftable": Case(
        lambda office: f"/v1/incidents/{office.hr.record('m', 'E', policy='house')['id']}/liftings",
        LIFTING,
        "/unit",
        409,
    ),
    "not_lifted": Case(with_a_term, {**LIFTING, "withdraw": True}, "/unit", 409),
    "already_done": Case(done_before, {}, "", 409),
    "dismissal_open": Case(undecided_dismissal, None, "", 409),
    "already_reversed": Case(reversed_incident, {"reason": "再次"}, "", 409),
    "already_decided": Case(settled, chosen(), "", 409),
    "unknown_choice": Case(open_choice, choice_of(subject="F"), "/choices/0"),
    "month_ahead": Case("/v1/periods/2199-01/cut-off", None, "", 409),
    "illegal_period_step": Case("/v1/periods/2001-01/lock", None, "", 409),
    "already_signed": Case(
        closing("2001-02", "cut-off", "reconcile", "lock", "lock"), None, "", 409
    ),
    "not_published": Case(bill("/payments", published=False), PAYMENT, "", 409, role="finance"),
    "statement_published": Case(bill("/publish"), {}, "", 409),
    "objected_before": Case(
        lambda office: an_objection(office).path.replace("decisions", "objections"),
        *(OBJECTION, "/clause", 409),
    ),
    "objection_decided": Case(decided_objection, DECISION, "/objection", 409),
    "overpaid": Case(
        bill("/payments"), PAYMENT | {"amount": "20.01"}, "/amount", 409, role="finance"
    ),
    "fund_overlap": Case(a_second_fund, FUND, "", 409, "PUT", headers={"If_Match": "*"}),
    "fund_short": Case(
        lambda office: a_fund("/spend")(office).path, SPENDING | {"amount": "99999"}, "/amount", 409
    ),
    "spending_waits": Case(waiting_fund, SPENDING | {"amount": "0.02"}, "", 409, role="finance"),
    "not_settled": Case("/v1/periods/1999-12/payroll.csv", None, "", 409, "GET"),
    "already_imported": Case(imported_before, SHEET, "", 409, headers={"Content_Type": "text/csv"}),
    "webhook_address": Case(
        "/v1/webhooks", {"url": "https://10.0.0.1/", "events": ["case.moved"]}, "/url"
    ),
    "import_state": Case(done_import, None, "", 409),
    "period_open": Case(BEST, {"period": "2999-01"}, "/period", 409),
    "forbidden": Case("/v1/incidents", reported(), "", 403, role="finance"),
    "idempotency_key_reused": Case(
        "/v1/incidents", answered_key, headers={"Idempotency_Key": "used"}
    ),
    "stale_version": Case(
        "/v1/subjects/E", {"name": "改"}, "", 412, "PATCH", headers={"If_Match": '"99"'}
    ),
    "precondition_required": Case("/v1/subjects/E", {"name": "改"}, "", 428, "PATCH"),
    "invalid": refused("/occurred_at", occurred_at="yesterday"),
    "missing": Case("/v1/incidents", {"subject": "E", "occurred_at": "2026-03-02"}, "/clause"),
    "unknown_field": refused("/colour", colour="red"),
    "not_a_document": posted("/v1/policies", "", "ladder: [", "ladder: [[", status=400),
    "unknown_kind": posted(
        "/v1/policies",
        "/clauses/0/kind",
        "ladder.mark, params: {mark: w",
        "ladder.remark, params: {mark: w",
    ),
    "unknown_rung": posted(
        "/v1/policies", "/clauses/0/params/mark", "{mark: warning}", "{mark: praise}"
    ),
    "unknown_counter": posted(
        "/v1/policies", "/reactions/0/params", "of: warning, every", "of: warnign, every"
    ),
    "unknown_parameter": posted(
        "/v1/policies", "/clauses/0/params", "{mark: warning}", "{mark: $rung}"
    ),
    "unused": posted(
        "/v1/policies", "/parameters/dead", "ladder:", "parameters: {dead: {note: x}}\nladder:"
    ),
    "circular_condition": posted(
        "/v1/policies",
        "/clauses/0/when",
        "title: 警告, kind",
        "title: 警告, history: {h: {ask: in_force, of: {rung: warning}}}, when: {h: true}, kind",
    ),
    "circular_offset": posted(
        "/v1/policies",
        "/reactions",
        "reactions:\n",
        "reactions:\n"
        "  - {code: o1, kind: ladder.offset, params: {of: warning, cancels: [major_demerit]}}\n"
        "  - {code: o2, kind: ladder.offset, params: {of: major_demerit, cancels: [warning]}}\n",
        "clauses:\n",
        "clauses:\n  - {code: j, title: 大过, kind: ladder.mark, params: {mark: major_demerit}}\n",
    ),
    "term_beyond_horizon": posted(
        "/v1/policies",
        "/clauses/0/history/h/within",
        "title: 警告, kind",
        "title: 警告, history: {h: {ask: in_force, of: {rung: minor_demerit}, within: day}},"
        " when: {h: false}, kind",
        "clauses:\n",
        "lapses: {minor_demerit: {months: 1}}\nclauses:\n",
        "{code: up, title: 折算, kind: ladder.roll_up,\n"
        "     params: {of: warning, every: 3, within: month, gives: minor_demerit}}",
        "{code: joint2, kind: ladder.supervisor}",
    ),
    "circular_reaction": posted(
        "/v1/policies", "/reactions", "of: warning, every: 3", "of: minor_demerit, every: 3"
    ),
    "no_change": Case("/v1/subjects/E", {}, "", 422, "PATCH", headers={"If_Match": "*"}),
    "too_large": Case("/v1/policies", "#" * (1024 * 1024 + 1), "", 413),
    "method_not_allowed": Case("/v1/incidents", None, "", 405, "DELETE"),
    "empty_file": file(b"", "a.pdf"),
    "unsafe_name": file(PDF, "../a.pdf"),
    "wrong_type": file(zipped("a"), "a.pdf"),
    "unsupported_media_type": Case(
        "/v1/incidents", "subject: E", "", 415, headers={"Content_Type": "text/plain"}
    ),
}
"""Code -> a request that is refused with it and nothing else."""
APART = {
    *("rests_on_appeal", "notice_over", "not_publishable", "looser", "attendance_unmapped"),
    *("over_age", "duplicate_sanction"),
    "unauthorized",
    "suspended",
    "plugin_failed",
    "plugin_overdue",
    "plugin_disabled",
    "request_in_progress",
    "not_one_of",
    "more_faults",
    "busy",
    "internal",
    "malformed_request",
    "address_too_long",
    "headers_too_large",
    "clock_backwards",
    "against_the_law",
    *("evidence_damaged", "field_key_missing"),
    "file_too_large",
    *("form_unusable", "form_refused"),
    "store_unavailable",
    *(
        "period_moved",
        "pay_locked",
        "later_locked",
        "earlier_open",
        "wage_missing",
        "month_locked",
        "unreadable_file",
    ),
    "harsher",
    "objection_late",
    "protected_person",
    "too_many_incidents",
    *("sign_in_failed", "too_many_attempts", "account_locked", "weak_password", "password_due"),
    "too_many_requests",
    *("restricted", "restriction_stands", "restriction_lifted"),
    *("retention_short", "retention_held"),
    *("link_ended", "not_signed_in", "key_scope", "address_refused"),
    *("oidc_not_set", "oidc_ended", "oidc_refused", "oidc_no_user", "oidc_unavailable"),
    "oidc_address",
    "chain_broken",
    *("erasure_state", "erasure_export"),
    *("restore_taken", "restore_revision", "restore_damaged", "restore_differs"),
    *("break_glass_closed", "break_glass_reads", "break_glass_state"),
    *("correction_decided", "own_correction", "too_many_corrections"),
}
"""Codes with a test of their own: in `test_errors`, `test_wire`, `test_clock`, `test_evidence`,
`test_dead_words`, `test_late`, `test_users`, `test_keys`, `test_oidc`, `test_corrections`,
`test_erasure`, `papers` and `tests/stories`; some in those of services."""
