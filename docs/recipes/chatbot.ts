// What a chat bot tells an employee: how far he is from what follows.
//
//     node chatbot.js E001
//
// SHANGFA_URL, SHANGFA_KEY (of HR, or the employee's own). One sentence a line, nothing when nothing
// is near.

import createClient from "openapi-fetch";
import type { paths } from "./shangfa.js";

const { SHANGFA_URL = "", SHANGFA_KEY = "", NEAR = "1" } = process.env;
const names: Record<string, string> = {
  warning: "警告",
  minor_demerit: "小过",
  major_demerit: "大过",
  points: "分",
  CNY: "元",
};
const name = (unit: string) => names[unit] ?? unit;
const client = createClient<paths>({
  baseUrl: SHANGFA_URL,
  headers: { Authorization: `Bearer ${SHANGFA_KEY}` },
});

const path = { code: process.argv[2] ?? "" };
const { data, error } = await client.GET("/v1/subjects/{code}/record", { params: { path } });
if (error) throw new Error(error.detail_zh);
for (const tally of data.tallies ?? []) {
  const so = `您在${tally.window}已有${tally.total}次${name(tally.unit)}`;
  for (const { gap, title, gives } of tally.next) {
    if (Number(gap) > Number(NEAR)) continue; // a number of times, not money
    const what = gives.map((item) => `${item.quantity}${name(item.unit)}`).join("、");
    console.log(`${data.subject.name}，${so}；再有${gap}次，将按“${title}”得${what}。`);
  }
}
