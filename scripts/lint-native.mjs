// Checks that the C and C++ sources are formatted as .clang-format says. The formatter is an npm package, so that each distribution has the
// same one. Usage: node scripts/lint-native.mjs [--fix]
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from '@wasm-fmt/clang-format';
import { fail } from './lib/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const style = readFileSync(join(root, '.clang-format'), 'utf8');
const files = ['native', 'test', 'bench', 'scripts'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((file) => /\.(c|h|cc)$/.test(file))
    .map((file) => join(folder, file)),
);

const unformatted = files.filter((file) => {
  const path = join(root, file);
  const source = readFileSync(path, 'utf8');
  const formatted = format(source, file, style);
  if (formatted === source) return false;
  if (process.argv.includes('--fix')) writeFileSync(path, formatted);
  return true;
});

if (unformatted.length > 0 && !process.argv.includes('--fix'))
  fail(
    `expected native sources formatted as .clang-format says, found others: ${unformatted.join(', ')}. Run: node scripts/lint-native.mjs --fix`,
  );
