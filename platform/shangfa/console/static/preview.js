// Shows what would follow while somebody still types. Without it the button does the same.
"use strict";
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
      if (mine === asked && answer.ok) place.innerHTML = await answer.text();
    } catch { /* not reached: the button still works */ }
  };
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 600); });
}
