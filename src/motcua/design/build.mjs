// Build what the browser loads, from npm packages and our own sources: node src/motcua/design/build.mjs
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import * as esbuild from "esbuild";
import * as sass from "sass";
import subsetFont from "subset-font";

import { swap } from "./swap.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const packages = path.resolve(here, "../../../node_modules");
const finished = path.join(here, "static", "design");
const target = path.join(here, "static", ".building"); // a name that the collecting of static files passes over
const resolve = createRequire(import.meta.url).resolve;

// The very characters of the two unicode-ranges in _fonts.scss; anything else falls to a system font.
function span(first, last) {
  return Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at)).join("");
}
const LATIN = span(0x20, 0x7e) + span(0xa0, 0xff) + "–—‘’‚“”„•…›‹←↑→↓−";
const VIETNAMESE = "ĂăĐđĨĩŨũƠơƯư₫\u0300\u0301\u0303\u0309\u0323" + span(0x1ea0, 0x1ef9);

async function fonts() {
  for (const weight of [400, 600]) {
    for (const [name, characters] of [["latin", LATIN], ["vietnamese", VIETNAMESE]]) {
      const source = path.join(
        packages, "@fontsource/be-vietnam-pro/files", `be-vietnam-pro-${name}-${weight}-normal.woff2`,
      );
      const font = await subsetFont(readFileSync(source), characters, { targetFormat: "woff2" });
      writeFileSync(path.join(target, "fonts", `be-vietnam-pro-${name}-${weight}.woff2`), font);
    }
  }
}

function styles() {
  for (const name of ["citizen", "official", "flow"]) {
    const { css } = sass.compile(path.join(here, "styles", `${name}.scss`), {
      style: "compressed",
      loadPaths: [packages],
      quietDeps: true,
    });
    writeFileSync(path.join(target, `${name}.css`), css);
  }
}

async function scripts() {
  await esbuild.build({
    entryPoints: readdirSync(path.join(here, "scripts"))
      .filter((name) => name.endsWith(".js"))
      .map((name) => path.join(here, "scripts", name)),
    outdir: target,
    nodePaths: [packages],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2020",
    legalComments: "none",
    logLevel: "warning",
  });
  writeFileSync(path.join(target, "htmx.js"), readFileSync(resolve("htmx.org/dist/htmx.min.js")));
}

// Only the icons that are named in icons.txt, without their licence comment and fixed size.
function icons() {
  const names = readFileSync(path.join(here, "icons.txt"), "utf8")
    .split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  for (const name of names) {
    const svg = readFileSync(path.join(packages, "lucide-static/icons", `${name}.svg`), "utf8");
    const drawing = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    writeFileSync(
      path.join(target, "icons", `${name}.svg`),
      `<svg class="mc-icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor"` +
        ` stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"` +
        ` focusable="false">${drawing.replace(/\s*\n\s*/g, "")}</svg>`,
    );
  }
}

function pictures() {
  for (const name of readdirSync(path.join(here, "pictures"))) {
    writeFileSync(path.join(target, name), readFileSync(path.join(here, "pictures", name)));
  }
}

// What a package says of its licence: its file, or, where it ships none, the words of its package.json.
function licences() {
  const names = ["govuk-frontend", "htmx.org", "bpmn-js", "lucide-static", "@fontsource/be-vietnam-pro"];
  const words = names.map((name) => {
    const folder = path.join(packages, name);
    const { version, license, repository } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    const file = path.join(folder, "LICENSE");
    const text = existsSync(file) ? readFileSync(file, "utf8").trim() : `${license}: ${repository.url || repository}`;
    return `${name} ${version}\n\n${text}\n`;
  });
  writeFileSync(path.join(target, "licences.txt"), words.join("\n----\n\n"));
}

function report() {
  for (const name of readdirSync(target).filter((each) => /\.(css|js)$/.test(each))) {
    const bytes = readFileSync(path.join(target, name));
    console.log(`${name}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} compressed`);
  }
  const woff = readdirSync(path.join(target, "fonts"));
  const sum = woff.reduce((all, name) => all + readFileSync(path.join(target, "fonts", name)).length, 0);
  console.log(`fonts: ${woff.length} files, ${sum} bytes`);
}

rmSync(target, { recursive: true, force: true });
for (const folder of ["", "fonts", "icons"]) mkdirSync(path.join(target, folder), { recursive: true });
await fonts();
styles();
await scripts();
icons();
pictures();
licences();
if (process.argv.includes("--report")) report();
swap(target, finished);
