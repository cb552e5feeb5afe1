// Each choice saves the form and brings its questions anew: what is typed meanwhile stays as typed.
const place = () => document.getElementById("questions");
const isTicked = (each) => each.type === "radio" || each.type === "checkbox";
const key = (each) => (isTicked(each) ? `${each.name}=${each.value}` : each.name);
const said = (each) => (isTicked(each) ? each.checked : each.value);

function boxes() {
  return [...place().querySelectorAll("input, select, textarea")].filter(
    (each) => each.name && each.type !== "hidden" && each.type !== "file",
  );
}

let sent = new Map();
let later = new Map();
let focused = null;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id !== "questions") return;
  sent = new Map(boxes().map((each) => [key(each), said(each)]));
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "questions") return;
  later = new Map();
  for (const each of boxes()) {
    const value = said(each);
    if (sent.get(key(each)) !== value) later.set(key(each), value);
  }
  const active = document.activeElement;
  const isInside = active?.name && place().contains(active);
  focused = isInside ? [key(active), active.type === "text" ? active.selectionStart : null] : null;
});

document.addEventListener("htmx:afterSettle", () => {
  let chosen = null;
  for (const each of boxes()) {
    if (!later.has(key(each))) continue;
    const value = later.get(key(each));
    if (isTicked(each)) each.checked = value;
    else each.value = value;
    if (isTicked(each) || each.tagName === "SELECT") chosen = each;
  }
  const wanted = focused && boxes().find((each) => key(each) === focused[0]);
  if (wanted) {
    wanted.focus({ preventScroll: true });
    if (focused[1] !== null && wanted.type === "text") wanted.setSelectionRange(focused[1], focused[1]);
  }
  later = new Map();
  focused = null;
  // A choice made meanwhile may bring questions of its own.
  chosen?.dispatchEvent(new Event("change", { bubbles: true }));
});
