import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const scripts = ['scripts', 'bench'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .map((name) => join(folder, name))
    .filter(
      (path) =>
        path.endsWith('.mjs') && /readOptions\(import\.meta\.url|await runBenchmark\(/.test(readFileSync(join(root, path), 'utf8')),
    ),
);
const start = (script, option) => spawnSync(process.execPath, [join(root, script), option], { encoding: 'utf8', timeout: 60_000 });

test('the scripts that take options are found', () => {
  expect(scripts).toContain('scripts/setup.mjs');
  expect(scripts).toContain('bench/meter.mjs');
  expect(scripts).toContain('bench/fork.mjs');
  expect(scripts.length).toBeGreaterThan(30);
});

test.each(scripts)('%s says by --help what it does and how it is started, and does nothing else', (script) => {
  const { status, stdout, stderr } = start(script, '--help');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/npm run [\w:]+|Usage: node /);
  expect(stdout).not.toMatch(/^(\/\/|import)/m);
});

test('an option that a script does not know ends it by one sentence', () => {
  const { status, stdout, stderr } = start('scripts/test-vm.mjs', '--no-such-option');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toBe(
    "offheap setup: Unknown option '--no-such-option'. test-vm.mjs knows --standalone=…, --write; --help says more.\n",
  );
});
