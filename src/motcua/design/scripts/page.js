// On every page: the error summary takes the focus, and a form is sent once however often it is pressed.
const summary = document.querySelector("[data-error-summary]");
if (summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const input = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!input) return;
    event.preventDefault();
    const group = input.closest("fieldset, .govuk-form-group") || input;
    group.scrollIntoView({ block: "start" });
    input.focus({ preventScroll: true });
  });
}

const AGAIN = 3000; // milliseconds in which a second press of the same button is a slip of the finger
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-many")) return;
  const last = Number(form.dataset.sentAt || 0);
  if (Date.now() - last < AGAIN) event.preventDefault();
  else form.dataset.sentAt = String(Date.now());
});
// A page that comes back from the browser's memory may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent-at]")) delete form.dataset.sentAt;
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// On the button of a file input the browser writes its own words in its own language: here stand the page's.
const { chooseOne, chooseSeveral, choseNone } = document.body.dataset;

function dress(input) {
  const box = document.createElement("div");
  const parts = ["button", "chosen"].map((name) => {
    const part = document.createElement("span");
    part.className = `mc-file-box__${name}`;
    part.ariaHidden = "true"; // the input says all of it by itself
    return part;
  });
  const hadFocus = document.activeElement === input; // which moving it takes away
  box.className = "mc-file-box";
  input.before(box);
  box.append(input, ...parts);
  if (hadFocus) input.focus();
  const tell = () => {
    parts[0].textContent = input.multiple ? chooseSeveral : chooseOne;
    parts[1].textContent = [...input.files].map((file) => file.name).join(", ") || choseNone;
  };
  input.addEventListener("change", tell);
  tell();
}

function dressAll() {
  document.querySelectorAll("input.mc-file-input").forEach((input) => {
    if (!input.closest(".mc-file-box")) dress(input);
  });
}
dressAll();
document.addEventListener("htmx:afterSettle", dressAll); // a part of the page came anew
