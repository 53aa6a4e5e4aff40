// Pull a locked month into payroll as CSV on stdout: 工号,项目,金额; then say it was taken.
//
//     node payroll.js 2026-03 > deductions.csv
//
// SHANGFA_URL, SHANGFA_KEY (of finance or HR). What is not locked yet is not pulled (status 1); a
// month that was pulled already gives the same lines again.

import createClient from "openapi-fetch";
import type { components, paths } from "./shangfa.js";

const { SHANGFA_URL = "", SHANGFA_KEY = "" } = process.env;
const path = { month: process.argv[2] ?? "" };
const client = createClient<paths>({
  baseUrl: SHANGFA_URL,
  headers: { Authorization: `Bearer ${SHANGFA_KEY}` },
});

function good<T>(answer: { data?: T; error?: components["schemas"]["Problem"] }): T {
  if (answer.error) throw new Error(answer.error.detail_zh);
  return answer.data as T;
}

/** Decimal text with two places -> whole fen, never a float. */
function fen(amount: string): bigint {
  return BigInt(amount.replace(".", ""));
}

const month = good(await client.GET("/v1/periods/{month}", { params: { path } }));
if (!["locked", "exported", "paid"].includes(month.state)) {
  console.error(`${path.month} 尚未锁定（${month.state}）`);
  process.exit(1);
}
const rows = ["工号,项目,金额"];
let total = 0n;
let cursor: string | null = "";
while (cursor !== null) {
  const query: { limit: number; cursor?: string } = { limit: 200, ...(cursor && { cursor }) };
  const page = good(await client.GET("/v1/periods/{month}/lines", { params: { path, query } }));
  for (const line of page.items) {
    const amount = fen(line.allowed);
    if (amount) rows.push([line.subject, line.money, line.allowed].join(","));
    total += amount;
  }
  cursor = page.next_cursor;
}
console.log(rows.join("\n"));
console.error(`${path.month} 第${month.version}版，合计 ${total} 分`);
if (month.state === "locked") {
  good(await client.POST("/v1/periods/{month}/export", { params: { path } }));
}
