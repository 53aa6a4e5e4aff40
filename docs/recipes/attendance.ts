// Read an attendance machine's punches from stdin and record who came late, once each.
//
//     node attendance.js < punches.csv      # 工号,时间: E001,2026-03-02 09:07
//
// SHANGFA_URL, SHANGFA_KEY (of HR); CLAUSE, what is recorded, in minutes late; START, of the shift.

import { createHash } from "node:crypto";
import { text } from "node:stream/consumers";
import createClient from "openapi-fetch";
import type { components, paths } from "./shangfa.js";

type Incident = components["schemas"]["Incident"];

const { SHANGFA_URL = "", SHANGFA_KEY = "", CLAUSE = "", START = "09:00" } = process.env;
const atOnce = 500;
const client = createClient<paths>({
  baseUrl: SHANGFA_URL,
  headers: { Authorization: `Bearer ${SHANGFA_KEY}` },
});

function late(line: string): Incident[] {
  const [who = "", when = ""] = line.split(",");
  const [day = "", clock = ""] = when.trim().split(/[ T]/);
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  const [begins = 0, past = 0] = START.split(":").map(Number);
  const quantity = (hours - begins) * 60 + minutes - past;
  if (quantity < 1) return [];
  return [
    {
      subject: who,
      clause: CLAUSE,
      occurred_at: `${day}T${clock.padEnd(8, ":00")}`, // the company's local time
      quantity: String(quantity),
      external_id: `punch:${who}:${day}`, // one a day, however often it is sent
    },
  ];
}

async function send(items: Incident[]) {
  const key = createHash("sha256").update(JSON.stringify(items)).digest("hex");
  const { data, error } = await client.POST("/v1/incidents:batch", {
    params: { header: { "Idempotency-Key": key } },
    body: { items },
  });
  if (error) throw new Error(error.detail_zh);
  return data.items;
}

const [, ...lines] = (await text(process.stdin)).trim().split(/\r?\n/);
const found = lines.flatMap(late);
for (let start = 0; start < found.length; start += atOnce) {
  const items = found.slice(start, start + atOnce);
  for (const [index, done] of (await send(items)).entries()) {
    const { subject, occurred_at, quantity } = items[index]!;
    console.log(subject, occurred_at.slice(0, 10), quantity, done.problem?.detail_zh ?? "已登记");
  }
}
