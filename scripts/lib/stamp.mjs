// What was built from what: a build step is repeated when a hash over its inputs has changed or an output is missing.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** SHA-256 over the names and contents of files and folders (relative to root), and over extra strings such as a compiler's version. */
export function hashInputs(root, inputs, extra = []) {
  const hash = createHash('sha256');
  for (const text of extra) hash.update(`${text}\0`);
  for (const path of inputs.flatMap((input) => listFiles(root, input)))
    hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

/** Runs `build` unless the stamp says that exactly these inputs were built and every output is still there. */
export function buildWhenChanged({ root, name, inputs, extra, outputs, build }) {
  const stampFile = join(root, 'build', 'setup', `${name}.sha256`);
  const wanted = hashInputs(root, inputs, extra);
  const outputsExist = outputs.every((output) => existsSync(join(root, output)));
  if (outputsExist && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;
  build();
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
