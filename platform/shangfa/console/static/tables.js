// Says in each cell what its column is, so that a phone may show a line of a table as a card.
"use strict";
const ROLES = {THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TH: "columnheader", TD: "cell"};
for (const table of document.querySelectorAll("main table:has(thead)")) {
  const columns = [...table.tHead.rows[0].cells].map(cell => cell.textContent.trim());
  table.setAttribute("role", "table");
  for (const part of table.querySelectorAll("thead, tbody, tr, th, td")) part.setAttribute("role", ROLES[part.tagName]);
  for (const row of table.tBodies[0].rows) {
    for (const cell of row.cells) {
      cell.dataset.label = columns[cell.cellIndex] || "";
      const inside = document.createElement("div");
      inside.append(...cell.childNodes);
      if (inside.textContent.trim() || inside.children.length) cell.append(inside);
    }
  }
  table.classList.add("stack");
}
