// The electronic identity of the demo and of the tests: a certified OpenID Connect provider (oidc-provider)
// that plays VNeID on loopback. It reads its settings as JSON from standard input, prints its issuer when it
// is ready, and keeps everything in memory:
//   {"port": 8001, "client_id": "…", "client_secret": "…", "origins": ["http://…"], "callback": "/sign-in/…",
//    "accounts": [{"personal_id": "…", "name": "…", "birthdate": "…", "phone_number": "…"}]}
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

import Provider from "oidc-provider";

const given = JSON.parse(await text(process.stdin));
const accounts = new Map(given.accounts.map((account) => [account.personal_id, account]));
const issuer = `http://127.0.0.1:${given.port}`;
const LEVELS = ["1", "2"];
const SCOPE = "openid profile phone identity";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: given.client_id,
      client_secret: given.client_secret,
      redirect_uris: given.origins.map((origin) => origin + given.callback),
      grant_types: ["authorization_code"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_basic",
    },
  ],
  acrValues: LEVELS,
  claims: {
    openid: ["sub"],
    acr: null,
    profile: ["name", "birthdate"],
    phone: ["phone_number"],
    identity: ["personal_id"],
  },
  scopes: ["openid", "profile", "phone", "identity"],
  cookies: { keys: [randomBytes(32).toString("hex")] },
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "demo" }] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 600, IdToken: 300, Interaction: 600, Session: 600 },
  findAccount: (_, id) =>
    accounts.has(id) && { accountId: id, claims: () => ({ sub: id, ...accounts.get(id) }) },
  // The page of the package fetches a typeface from elsewhere; ours fetches nothing.
  renderError(ctx, out) {
    ctx.type = "html";
    ctx.body = document(`<h1>VNeID (trình diễn)</h1><p>Không làm tiếp được: ${escaped(out.error_description ?? out.error)}</p>`);
  },
  // The person agreed by choosing themselves: the demo asks no second time.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope(SCOPE);
    await grant.save();
    return grant;
  },
});

const escaped = (words) =>
  String(words).replace(/[&<>"']/g, (each) => `&#${each.codePointAt(0)};`);

function page(wanted) {
  const shown = LEVELS.filter((level) => !LEVELS.includes(wanted) || level >= wanted);
  const people = [...accounts.values()].map(
    (one) => `<fieldset><legend>${escaped(one.name)} · ${escaped(one.personal_id)}</legend>${shown
      .map((level) => `<button name="choice" value="${escaped(one.personal_id)}:${level}">Mức độ ${level}</button>`)
      .join(" ")}</fieldset>`,
  );
  return document(`<h1>VNeID (trình diễn)</h1>
<p>Trang này đóng vai VNeID. Mọi người ở đây đều không có thật. Chọn bạn là ai và mức độ định danh.</p>
<form method="post">${people.join("\n")}<p><button name="choice" value="">Thôi, quay lại</button></p></form>`);
}

function document(main) {
  return `<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>VNeID (trình diễn)</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"></head><body><main>${main}</main></body></html>`;
}

async function interact(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  if (request.method !== "POST") {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
    response.end(page(params.acr_values));
    return;
  }
  const [personal_id, level] = (new URLSearchParams(await text(request)).get("choice") ?? "").split(":");
  const isKnown = accounts.has(personal_id) && LEVELS.includes(level);
  const result = isKnown
    ? { login: { accountId: personal_id, acr: level, amr: level === "2" ? ["pwd", "face"] : ["pwd"], remember: false } }
    : { error: "access_denied", error_description: "the person turned back" };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const answer = provider.callback();
const server = createServer((request, response) => {
  if (!request.url.startsWith("/interaction/")) return answer(request, response);
  interact(request, response).catch(() => {
    response.writeHead(400, { "content-type": "text/plain; charset=utf-8" });
    response.end("Phiên này đã hết. Hãy quay lại trang đăng nhập và làm lại.");
  });
});
server.listen(given.port, "127.0.0.1");
await once(server, "listening");
console.log(issuer);
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
