// Checks a proof from the public log in the browser: C2SP tlog-proof, RFC 6962 hashes, Ed25519 by WebCrypto.
// Nothing leaves the machine. Where the browser lacks Ed25519 the form goes to the server as it is.
const form = document.querySelector("form[data-proof]");
const shown = document.querySelector("[data-proof-result]");
const LARGEST = 256 * 1024;
const [ED25519, COSIGNATURE] = [1, 4];

class Wrong extends Error {}

const bytes = (text) => new TextEncoder().encode(text);
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
const same = (one, other) => one.length === other.length && one.every((value, at) => value === other[at]);
const hex = (content) => [...content].map((value) => value.toString(16).padStart(2, "0")).join("");

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function decoded(text) {
  let content;
  try {
    content = atob(text);
  } catch {
    throw new Wrong("base64");
  }
  if (btoa(content) !== text) throw new Wrong("base64");
  return Uint8Array.from(content, (letter) => letter.charCodeAt(0));
}

function number(text) {
  if (!/^(0|[1-9][0-9]{0,14})$/.test(text)) throw new Wrong("number");
  return Number(text);
}

// A vkey: name+id+base64 of the type and the public key.
function key(text) {
  const [name, id, ...rest] = text.split("+");
  const content = decoded(rest.join("+"));
  return { name, id, type: content[0], public: content.slice(1) };
}

function parse(text) {
  const gap = text.indexOf("\n\n");
  const lines = text.slice(0, gap).split("\n");
  if (gap < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Wrong("header");
  const extra = lines[0]?.startsWith("extra ") ? decoded(lines.shift().slice(6)) : new Uint8Array();
  if (!lines[0]?.startsWith("index ")) throw new Wrong("index");
  const index = number(lines.shift().slice(6));
  const hashes = lines.map(hash);
  return { extra, index, hashes, ...note(text.slice(gap + 2)) };
}

function hash(text) {
  const content = decoded(text);
  if (content.length !== 32) throw new Wrong("hash");
  return content;
}

// A checkpoint as a signed note: its text, its signatures, and the head that it tells of.
function note(text) {
  const gap = text.lastIndexOf("\n\n");
  if (gap < 0 || !text.endsWith("\n")) throw new Wrong("note");
  const body = text.slice(0, gap + 1);
  const signatures = text.slice(gap + 2, -1).split("\n").map((line) => {
    const [dash, name, encoded, ...more] = line.split(" ");
    if (dash !== "\u2014" || !name || !encoded || more.length) throw new Wrong("signature");
    const content = decoded(encoded);
    return { name, id: hex(content.slice(0, 4)), content: content.slice(4) };
  });
  const lines = body.split("\n");
  if (lines.length < 4 || lines.slice(0, -1).some((line) => !line)) throw new Wrong("checkpoint");
  return { body, signatures, origin: lines[0], size: number(lines[1]), root: hash(lines[2]) };
}

// RFC 9162, section 2.1.3.2.
async function follows(leaf, index, size, root, hashes) {
  if (index >= size) return false;
  let [place, last, reached] = [BigInt(index), BigInt(size) - 1n, leaf];
  for (const sibling of hashes) {
    if (last === 0n) return false;
    if (place & 1n || place === last) {
      reached = await sha256([1], sibling, reached);
      while (!(place & 1n) && place) [place, last] = [place >> 1n, last >> 1n];
    } else {
      reached = await sha256([1], reached, sibling);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && same(reached, root);
}

async function signed(told, wanted) {
  const line = told.signatures.find((each) => each.name === wanted.name && each.id === wanted.id);
  if (!line) return false;
  const stamp = wanted.type === COSIGNATURE ? new DataView(line.content.buffer, line.content.byteOffset, 8) : null;
  const text = stamp ? `cosignature/v1\ntime ${stamp.getBigUint64(0)}\n${told.body}` : told.body;
  const imported = await crypto.subtle.importKey("raw", wanted.public, { name: "Ed25519" }, false, ["verify"]);
  const holds = await crypto.subtle.verify({ name: "Ed25519" }, imported, line.content.slice(stamp ? 8 : 0), bytes(text));
  if (!holds) throw new Wrong("signature");
  return true;
}

async function checked(text, document) {
  const told = parse(text);
  const logs = form.dataset.log.split(" ").filter(Boolean).map(key);
  let isSigned = false;
  for (const each of logs) {
    if (each.type === ED25519 && each.name === told.origin) isSigned = (await signed(told, each)) || isSigned;
  }
  if (!isSigned) throw new Wrong("log");
  const leaf = await sha256([0], told.extra);
  if (!(await follows(leaf, told.index, told.size, told.root, told.hashes))) throw new Wrong("proof");
  const witnesses = [];
  for (const each of form.dataset.witnesses.split(" ").filter(Boolean).map(key)) {
    if (await signed(told, each)) witnesses.push(each.name);
  }
  const says = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(told.extra));
  const digest = document ? hex(await sha256(new Uint8Array(await document.arrayBuffer()))) : "";
  return { told, says, witnesses, isOther: Boolean(document) && says.facts?.digest !== digest };
}

function show(outcome, found) {
  const words = { proved: "Proved", "not-proved": "NotProved", "not-document": "NotDocument" }[outcome];
  shown.dataset.outcome = outcome;
  shown.querySelector("[data-proof-title]").textContent = words ? shown.dataset[words.charAt(0).toLowerCase() + words.slice(1)] : "";
  shown.querySelector("[data-proof-words]").textContent = words ? shown.dataset[`words${words}`] : shown.dataset.noSupport;
  shown.querySelector("[data-proof-shape=good]").hidden = outcome !== "proved";
  shown.querySelector("[data-proof-shape=bad]").hidden = !words || outcome === "proved";
  const facts = shown.querySelector("[data-proof-facts]");
  facts.hidden = !found;
  if (found) {
    const titles = JSON.parse(form.dataset.titles);
    const put = (name, text) => {
      const place = facts.querySelector(`[data-fact="${name}"]`);
      place.textContent = text || "–";
    };
    put("what", titles[found.says.kind] || found.says.kind);
    put("subject", found.says.subject);
    put("at", new Date(found.says.at).toLocaleString(document.documentElement.lang, { timeZone: "Asia/Ho_Chi_Minh" }));
    put("place", `${found.told.index} / ${found.told.size}, ${found.told.origin}`);
    put("witnesses", found.witnesses.join(", "));
  }
  shown.hidden = false;
}

// Whether this browser has Ed25519 at all (Chromium 137, Firefox 129, Safari 17), and a secure page to use it on.
async function isAble() {
  try {
    const made = await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
    return Boolean(made);
  } catch {
    return false;
  }
}

if (form && shown) {
  const [proof, paper] = [form.elements.file, form.elements.document];
  const check = async () => {
    const file = proof.files[0];
    if (!file) return;
    if (!(await isAble())) {
      show("no-support");
      return;
    }
    try {
      if (file.size > LARGEST) throw new Wrong("size");
      const found = await checked(await file.text(), paper.files[0]);
      show(found.isOther ? "not-document" : "proved", found);
    } catch {
      show("not-proved"); // whatever is wrong with the file, it proves nothing
    }
  };
  proof.addEventListener("change", check);
  paper.addEventListener("change", check);
}
