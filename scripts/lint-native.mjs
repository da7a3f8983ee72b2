// Checks that the C and C++ sources are formatted as .clang-format says. Usage: node scripts/lint-native.mjs
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, run, which } from './lib/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = ['native', 'test/native', 'bench/native'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((file) => /\.(c|h|cc)$/.test(file))
    .map((file) => join(folder, file)),
);

if (which('clang-format') === undefined)
  fail('expected clang-format on PATH, found none. Install it: apt-get install clang-format');
if (!run('clang-format', ['--dry-run', '-Werror', ...files], { cwd: root })) {
  fail(
    `native sources are not formatted. Run: clang-format -i native/*/*.[ch] native/*/*.cc test/native/*/*.[ch] bench/native/*.c`,
  );
}
