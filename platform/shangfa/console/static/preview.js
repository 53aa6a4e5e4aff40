// Shows what would follow while somebody still types. Without it the button does the same.
"use strict";
const put = (place, text) => {
  place.innerHTML = text;
  for (const part of place.querySelectorAll("[data-place]")) document.getElementById(part.dataset.place).replaceChildren(part);
};
for (const file of document.querySelectorAll("input[data-most]")) {
  const isLarge = () => [...file.files].some(one => one.size > Number(file.dataset.most));
  file.addEventListener("change", () => { file.setCustomValidity(isLarge() ? file.dataset.told : ""); file.reportValidity(); });
}
for (const form of document.querySelectorAll("form[data-preview]")) {
  const place = document.getElementById(form.dataset.preview);
  let waiting = 0;
  let asked = 0;
  const show = async () => {
    const said = new FormData(form);
    said.delete("file");
    said.set("step", "preview");
    const mine = ++asked;
    try {
      const answer = await fetch(form.action, {method: "POST", body: said, redirect: "manual", headers: {"Shangfa-Part": "preview"}});
      if (mine === asked && answer.ok) put(place, await answer.text());
    } catch { /* not reached: the button still works */ }
  };
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(show, 400); };
  form.addEventListener("input", soon);
  form.addEventListener("submit", () => clearTimeout(waiting));
  const typed = name => form.elements.namedItem(name)?.value.trim();
  if (typed("subject") && typed("clause") && !place.textContent.trim()) show();
}
