// Files are sent in parts as soon as they are chosen, with progress; an upload that broke off goes on where it
// ended, also after the page was closed, when the same file is chosen again. Without this script, or when it
// cannot help, the form's own button sends the file in one piece.
const PART = 512 * 1024;
const TRIES = 5;

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function answer(address, options) {
  const given = await fetch(address, {
    credentials: "same-origin", ...options, headers: { Accept: "application/json", ...options.headers },
  });
  const told = await given.json();
  if (given.ok) return told;
  const refusal = new Error([told.title, told.remedy].filter(Boolean).join(" "));
  refusal.status = given.status;
  throw refusal;
}

async function begun(form, file, key, secret) {
  const known = localStorage.getItem(key);
  if (known) {
    try {
      const told = await answer(form.dataset.parts + known + "/", {});
      if (!told.is_whole) return { token: known, offset: told.offset };
    } catch { /* it has been swept away: begin anew */ }
  }
  const body = new URLSearchParams({ paper: form.elements.paper.value, name: file.name, size: file.size });
  const told = await answer(form.dataset.parts, { method: "POST", body, headers: { "X-CSRFToken": secret } });
  localStorage.setItem(key, told.token);
  return told;
}

async function send(form, file, show) {
  const secret = form.elements.csrfmiddlewaretoken.value;
  const key = ["upload", form.dataset.parts, form.elements.paper.value, file.name, file.size, file.lastModified].join("|");
  const state = await begun(form, file, key, secret);
  let { offset } = state;
  for (let tries = 0; offset < file.size;) {
    try {
      const told = await answer(form.dataset.parts + state.token + "/", {
        method: "PATCH", body: file.slice(offset, offset + PART),
        headers: { "X-CSRFToken": secret, "Upload-Offset": String(offset) },
      });
      offset = told.offset;
      tries = 0;
    } catch (error) {
      if ((error.status && error.status !== 409) || ++tries > TRIES) {
        if (error.status) localStorage.removeItem(key);
        throw error;
      }
      await pause(500 * 2 ** tries);
      offset = (await answer(form.dataset.parts + state.token + "/", {}).catch(() => ({ offset }))).offset;
    }
    show(offset);
  }
  localStorage.removeItem(key);
}

async function sendAll(form, files) {
  const place = form.querySelector("[data-upload-progress]");
  const bar = place.querySelector("progress");
  const words = place.querySelector("[data-upload-words]");
  place.hidden = false;
  bar.max = files.reduce((sum, file) => sum + file.size, 0) || 1;
  let before = 0;
  for (const file of files) {
    words.textContent = file.name;
    await send(form, file, (offset) => { bar.value = before + offset; });
    before += file.size;
  }
  location.assign(location.pathname);
}

for (const form of document.querySelectorAll("form[data-upload]")) {
  const input = form.querySelector("input[type=file]");
  if (!input) continue;
  input.addEventListener("change", () => {
    const files = [...input.files];
    if (!files.length) return;
    if (!form.dataset.parts || files.some((file) => !file.size)) {
      form.requestSubmit();
      return;
    }
    sendAll(form, files).catch((error) => {
      if (!error.status) form.querySelector("[data-upload-words]").textContent = form.dataset.broken;
      else form.requestSubmit(); // the server says on a page of its own what is wrong with the file
    });
  });
}
