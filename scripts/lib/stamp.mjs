// What was built from what: a build step is repeated when a hash over its inputs has changed or an output is missing.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { moveInto } from './cache.mjs';

/** SHA-256 over the names and contents of files and folders (relative to root), and over extra strings such as a compiler's version. */
export function hashInputs(root, inputs, extra = []) {
  const hash = createHash('sha256');
  for (const text of extra) hash.update(`${text}\0`);
  for (const path of inputs.flatMap((input) => listFiles(root, input)))
    hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

/** What the native code is compiled from; the pages and the second build beside it change nothing of that. */
export function nativeSources(root) {
  const folders = readdirSync(join(root, 'native'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return ['binding.gyp', ...folders.map(({ name }) => join('native', name)).sort()];
}

/** Of one name, the last used: a few branches of a few checkouts. */
const mostKept = 8;

/**
 * Runs `build` unless the stamp says that exactly these inputs were built and every output is still there. `store` is a folder outside the checkout: what was built there
 * from the same inputs by another checkout is taken from it. Only for a build that takes nothing of the machine but what is in `extra`.
 */
export function buildWhenChanged({ root, name, inputs, extra, outputs, build, store }) {
  const stampFile = join(root, 'build', 'setup', `${name}.sha256`);
  const wanted = hashInputs(root, inputs, extra);
  const outputsExist = outputs.every((output) => existsSync(join(root, output)));
  if (outputsExist && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;
  const kept = store && join(store, `${name}-${wanted}`);
  if (kept && existsSync(kept)) takeKept(root, outputs, kept);
  else {
    build();
    if (kept) keep(root, outputs, { store, name, kept });
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, wanted);
}

function listFiles(root, path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full)
    .sort()
    .flatMap((name) => listFiles(root, join(path, name)));
}

/** Each is replaced whole: another process may be packing or loading it. */
function takeKept(root, outputs, kept) {
  for (const [index, output] of outputs.entries()) {
    const to = join(root, output);
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(join(kept, String(index)), `${to}.new`);
    renameSync(`${to}.new`, to);
  }
  const now = new Date();
  utimesSync(kept, now, now);
}

function keep(root, outputs, { store, name, kept }) {
  mkdirSync(store, { recursive: true });
  const scratch = mkdtempSync(join(store, '.keeping-'));
  try {
    for (const [index, output] of outputs.entries()) copyFileSync(join(root, output), join(scratch, String(index)));
    moveInto(kept, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const ofName = readdirSync(store)
    .filter((entry) => entry.startsWith(`${name}-`))
    .map((entry) => ({ path: join(store, entry), usedAt: statSync(join(store, entry)).mtimeMs }))
    .sort((a, b) => b.usedAt - a.usedAt);
  for (const { path } of ofName.slice(mostKept)) rmSync(path, { recursive: true, force: true });
}
