#!/usr/bin/env bash
# Version: openapi-fetch 0.17.0 on Node 20.
# Behaviour: a body that is a string goes out as JSON text, in quotes and with its line ends as `\n`,
#   whatever Content-Type the call names: a table sent as text/csv arrives as one quoted line. Types
#   made from a document that says `text/csv: string` accept the call.
# One would guess otherwise: the type of the operation says that the body is a string of another
#   media type, the header given with the call is sent as given, and fetch() itself sends strings
#   as they are.
# A product should: refuse a table whose first line is one quoted text by naming the missing columns,
#   and show `bodySerializer: (body) => body` wherever it documents an upload for TypeScript.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund openapi-fetch@0.17.0 >/dev/null
cat > call.mjs <<'JS'
import assert from "node:assert/strict";
import http from "node:http";
import createClient from "openapi-fetch";

const TABLE = "subject,clause\nE-17,late\n";
const got = [];
const server = http.createServer((request, response) => {
  let body = "";
  request.on("data", (piece) => (body += piece));
  request.on("end", () => {
    got.push([request.headers["content-type"], body]);
    response.setHeader("content-type", "application/json").end("{}");
  });
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const client = createClient({ baseUrl: `http://127.0.0.1:${server.address().port}` });
const headers = { "Content-Type": "text/csv" };
await client.POST("/imports", { body: TABLE, headers });
await client.POST("/imports", { body: TABLE, headers, bodySerializer: (body) => body });
await client.POST("/imports", { body: TABLE });
server.close();
for (const [name, what] of [["header only", 0], ["bodySerializer", 1], ["neither", 2]]) {
  console.log(`${name.padEnd(15)} ${got[what][0].padEnd(17)} ${JSON.stringify(got[what][1])}`);
}
assert.deepEqual(got, [
  ["text/csv", JSON.stringify(TABLE)],
  ["text/csv", TABLE],
  ["application/json", JSON.stringify(TABLE)],
]);
JS
node call.mjs
