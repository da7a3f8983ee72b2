// The checks before most commits, within a minute on two cores: lint and types, and meanwhile the tests that test/fast.mjs names. What it leaves out,
// `npm test` has. Usage: node scripts/test-fast.mjs
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { fast } from '../test/fast.mjs';
import { readOptions } from './lib/options.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
readOptions(import.meta.url, {});

const tests = start([
  process.execPath,
  join(root, 'node_modules', 'vitest', 'vitest.mjs'),
  'run',
  ...fast.projects.map((name) => `--project=${name}`),
  ...fast.files,
]);
const sources = checkSources();
const statuses = [await tests, ...(await sources)];
process.exitCode = statuses.every((status) => status === 0) ? 0 : 1;

/** One after the other: the tests have the other core. */
async function checkSources() {
  const statuses = [];
  for (const name of ['lint', 'typecheck']) statuses.push(await start(['npm', 'run', '-s', name], 'quiet'));
  return statuses;
}

/** Resolves with the status. What a quiet command prints is shown when it fails. */
async function start([command, ...args], quiet) {
  const child = spawn(command, args, { cwd: root, stdio: ['inherit', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'] });
  const said = quiet ? Promise.all([text(child.stdout), text(child.stderr)]) : undefined;
  const [status] = await once(child, 'close');
  if (status !== 0 && said) process.stderr.write((await said).join(''));
  return status;
}
