// The officer's keyboard: / search, j and k move, enter opens, x selects, ? shows the keys.
const rows = () => [...document.querySelectorAll("[data-rows] > tr[data-row]")];
let here = -1;

function move(by) {
  const all = rows();
  if (!all.length) return;
  all.forEach((row) => row.classList.remove("mc-is-here"));
  here = Math.min(all.length - 1, Math.max(0, here + by));
  const row = all[here];
  row.classList.add("mc-is-here");
  (row.querySelector("[data-open]") || row).focus();
  row.scrollIntoView({ block: "nearest" });
}

function keys() {
  const box = document.querySelector("[data-keys]");
  if (!box) return;
  box.hidden = !box.hidden;
  if (!box.hidden) box.focus();
}

const typing = (target) =>
  target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    const box = document.querySelector("[data-keys]");
    if (box) box.hidden = true;
    if (typing(event.target)) event.target.blur();
    return;
  }
  if (typing(event.target)) return;
  const row = rows()[here];
  const doing = {
    "/": () => document.querySelector("[data-search]")?.focus(),
    "?": keys,
    j: () => move(1),
    k: () => move(-1),
    x: () => row?.querySelector("[data-pick]")?.click(),
  }[event.key];
  if (!doing) return;
  event.preventDefault();
  doing();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-show-keys]")) keys();
});

// Selecting: the box above picks all, the bar tells how many, its buttons wait for one.
function count(form) {
  const picks = [...form.querySelectorAll("[data-pick]")];
  const chosen = picks.filter((pick) => pick.checked);
  const all = form.querySelector("[data-pick-all]");
  if (all) {
    all.checked = picks.length > 0 && chosen.length === picks.length;
    all.indeterminate = chosen.length > 0 && chosen.length < picks.length;
  }
  for (const pick of picks) {
    const row = pick.closest("tr");
    if (row) row.classList.toggle("mc-is-picked", pick.checked);
  }
  const words = form.querySelector("[data-pick-count]");
  if (words) words.textContent = words.dataset.pickCount.replace("{}", String(chosen.length));
}
document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-picks]");
  if (!form) return;
  if (event.target.matches("[data-pick-all]")) {
    for (const pick of form.querySelectorAll("[data-pick]")) pick.checked = event.target.checked;
  }
  count(form);
});
for (const form of document.querySelectorAll("[data-picks]")) {
  const all = form.querySelector("[data-pick-all]");
  if (all) all.closest("label").hidden = false;
  count(form);
}

// The rail stands open beside the work, and folds above it where the screen is narrow.
const narrow = window.matchMedia("(max-width: 61.99em)");
const folds = document.querySelectorAll("[data-fold]");
function fold() {
  for (const each of folds) {
    each.open = !narrow.matches;
    each.dataset.fold = "ready";
  }
}
narrow.addEventListener("change", fold);
fold();
