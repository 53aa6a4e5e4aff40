// Record complaints that a ticket system hands over, one JSON object a line on stdin.
//
//     {"ticket": "T-1009", "agent": "E001", "kind": "rude", "closed": "2026-03-02T10:00:00+08:00"}
//
// SHANGFA_URL, SHANGFA_KEY (of HR or a supervisor); CLAUSES, kind of complaint -> clause, as JSON.
// A ticket that was handed over before is passed over, so the whole export may be sent every night.

import { createInterface } from "node:readline";
import createClient from "openapi-fetch";
import type { paths } from "./shangfa.js";

type Ticket = { ticket: string; agent: string; kind: string; closed: string };

const { SHANGFA_URL = "", SHANGFA_KEY = "" } = process.env;
const clauses: Record<string, string> = JSON.parse(process.env["CLAUSES"] ?? "{}");
const client = createClient<paths>({
  baseUrl: SHANGFA_URL,
  headers: { Authorization: `Bearer ${SHANGFA_KEY}` },
});

for await (const line of createInterface({ input: process.stdin })) {
  const { ticket, agent, kind, closed }: Ticket = JSON.parse(line);
  const { data, error } = await client.POST("/v1/incidents", {
    params: { header: { "Idempotency-Key": `ticket:${ticket}` } },
    body: {
      subject: agent,
      clause: clauses[kind] ?? kind,
      occurred_at: closed,
      note: `工单 ${ticket}`,
      external_id: ticket,
    },
  });
  if (data) {
    console.log(ticket, "已登记", ...data.effects.map((effect) => effect.quantity));
  } else if (error.code === "duplicate") {
    console.log(ticket, "此前已登记");
  } else {
    process.exitCode = 1;
    console.error(ticket, error.detail_zh);
  }
}
