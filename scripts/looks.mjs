// Takes looks at the owners of JVMs that collect garbage on all processors, as test/integration/owner-looks.test.ts does with 25.
// Usage: npm run test:looks -- [--looks=1000]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOptions } from './lib/options.mjs';
import { fail } from './lib/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const values = readOptions(import.meta.url, { looks: { type: 'string', default: '1000' } });
if (!/^[1-9]\d*$/.test(values.looks)) fail(`expected --looks to be a whole number, got ${JSON.stringify(values.looks)}.`);
const env = { ...process.env, OFFHEAP_LOOKS: values.looks };
const file = 'test/integration/owner-looks.test.ts';
const args = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project=integration', file];
process.exitCode = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' }).status ?? 1;
