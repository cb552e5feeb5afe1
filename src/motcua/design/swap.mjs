// Put a finished folder in the place of one that a running site reads, with no moment in which a file is missing.
import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => path.relative(folder, path.join(each.parentPath, each.name)));
}

export function swap(built, target) {
  mkdirSync(target, { recursive: true });
  const made = new Set(files(built));
  for (const name of made) {
    mkdirSync(path.dirname(path.join(target, name)), { recursive: true });
    renameSync(path.join(built, name), path.join(target, name)); // one step of the disk for each file
  }
  for (const name of files(target)) if (!made.has(name)) rmSync(path.join(target, name));
  rmSync(built, { recursive: true });
}
