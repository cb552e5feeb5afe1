// Passkeys: hand our form to the library's script, and say on the page when the device did not agree.
// The library's own scripts (allauth) are loaded before this one and wait for nothing inline.
const form = document.querySelector("form[data-passkey]");
const trouble = document.querySelector("[data-passkey-trouble]");
const missing = document.querySelector("[data-passkey-missing]");

if (form && !window.PublicKeyCredential) {
  if (missing) missing.hidden = false;
  form.hidden = true;
} else if (form) {
  const ids = { credential: "passkey-credential", data: "passkey-data" };
  const starts = {
    add: () => window.allauth.webauthn.forms.addForm({ ids: { ...ids, add: "passkey-button", passwordless: "passkey-alone" } }),
    show: () => window.allauth.webauthn.forms.authenticateForm({ ids: { ...ids, authenticate: "passkey-button" } }),
    enter: () => window.allauth.webauthn.forms.loginForm({ ids: { ...ids, login: "passkey-button" } }),
  };
  starts[form.dataset.passkey]();
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    if (!trouble) return;
    trouble.hidden = false;
    trouble.focus();
  });
}
