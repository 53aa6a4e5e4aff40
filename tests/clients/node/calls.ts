// Twenty calls with the generated types; checked with tsc --strict beside them.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import createClient from "openapi-fetch";
import type { components, paths } from "./shangfa.js";

type Problem = components["schemas"]["Problem"];

const [url = "", key = ""] = process.argv.slice(2);
const document = await text(process.stdin);
const client = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${key}` } });
const day = "2026-03-02T10:00:00+08:00";
const yaml = {
  headers: { "Content-Type": "application/yaml" },
  body: document,
  bodySerializer: (body: unknown) => String(body),
};

/** Return an answer that is no problem. */
function good<T>(answer: { data?: T; error?: Problem }): T {
  assert.equal(answer.error, undefined, answer.error?.detail_en);
  assert.notEqual(answer.data, undefined);
  return answer.data as T;
}

/** Return the problem that was answered. */
function bad(answer: { error?: Problem }): Problem {
  assert.ok(answer.error);
  return answer.error;
}

const made = good(await client.POST("/v1/subjects", { body: { code: "T2", name: "新人" } }));
const person = { path: { code: "T2" } };
const read = await client.GET("/v1/subjects/{code}", { params: person });
const header = { "If-Match": read.response.headers.get("ETag") ?? "" };
const rename = { params: { ...person, header }, body: { name: "改名" } };
const changed = good(await client.PATCH("/v1/subjects/{code}", rename));
assert.deepEqual([made.name, changed.name], ["新人", "改名"]);
assert.equal(bad(await client.PATCH("/v1/subjects/{code}", rename)).code, "stale_version");

assert.ok(good(await client.POST("/v1/policies/validate", yaml)).catalogue);
assert.equal(good(await client.POST("/v1/policies", yaml)).version, 1);
assert.ok(good(await client.GET("/v1/policies")).items.some((item) => item.name === "house"));

const body = { clause: "f", occurred_at: day, subject: "T2" };
assert.equal(good(await client.POST("/v1/assessments", { body })).effects[0]?.quantity, "-20.00");
const once = { params: { header: { "Idempotency-Key": randomUUID() } }, body };
const first = good(await client.POST("/v1/incidents", once));
const repeated = await client.POST("/v1/incidents", once);
assert.equal(good(repeated).id, first.id);
assert.equal(repeated.response.headers.get("Idempotent-Replayed"), "true");
const one = { path: { incident_id: first.id } };
assert.equal(good(await client.GET("/v1/incidents/{incident_id}", { params: one })).id, first.id);
const nobody = bad(await client.POST("/v1/incidents", { body: { ...body, subject: "X" } }));
assert.equal(nobody.errors[0]?.pointer, "/subject");
const items = [body, { ...body, clause: "?" }];
const many = good(await client.POST("/v1/incidents:batch", { body: { items } }));
assert.deepEqual([many.recorded, many.refused], [1, 1]);
const query = { subject: "T2" };
assert.equal(good(await client.GET("/v1/incidents", { params: { query } })).items.length, 2);
const undo = { params: one, body: { reason: "误记" } };
const undone = good(await client.POST("/v1/incidents/{incident_id}/reversal", undo));
assert.equal(undone.effects[0]?.quantity, "20.00");
const export_ = { params: { query }, parseAs: "text" } as const;
const lines = good(await client.GET("/v1/incidents.ndjson", export_));
assert.equal(lines.trimEnd().split("\n").length, 2);

const record = good(await client.GET("/v1/subjects/{code}/record", { params: person }));
assert.equal(record.balances?.[0]?.quantity, "-20.00");
assert.ok(good(await client.GET("/v1/plugins")).items.length);
const month = { path: { month: "2026-03" } };
assert.equal(good(await client.GET("/v1/periods/{month}", { params: month })).state, "open");
assert.deepEqual(good(await client.GET("/v1/periods/{month}/lines", { params: month })).items, []);
const programme = { path: { name: "best" } };
const evaluated = await client.POST("/v1/programmes/{name}/evaluate", {
  params: programme,
  body: { period: "2026-04", inputs: { scores: { E: 90 } } },
});
assert.equal(good(evaluated).programme, "best");
const past = await client.GET("/v1/programmes/{name}/evaluations", { params: programme });
assert.ok(good(past).items.some((item) => item.period === "2026-04"));
const hook = await client.POST("/v1/webhooks", {
  body: { url: "https://8.8.8.8/hook", events: ["decision.effective"] },
});
assert.match(good(hook).secret ?? "", /^whsec_/);
const told = good(await client.GET("/v1/changes", { params: { query: { limit: 500 } } })).items;
assert.deepEqual(told.map((item) => item.seq), told.map((_, index) => index + 1));
