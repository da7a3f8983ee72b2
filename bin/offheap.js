#!/usr/bin/env node
// In words that Node 12 understands: an old Node has to be told that it is.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** As `engines` of package.json says. */
const oldest = [20, 17];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  fail(
    `Expected Node ${oldest.join('.')} or later, found ${process.version}. Install a current Node and run the same command again.`,
  );
} else {
  // Node's own status for a promise that nothing will settle any more.
  process.once('beforeExit', () => {
    if (process.exitCode === undefined) process.exitCode = 13;
  });
  import('../dist/cli.js').then(async ({ main }) => {
    process.exitCode = await main(process.argv);
  }, explain);
}

/** Whatever fails later says so itself. */
function explain(error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  const root = fileURLToPath(new URL('..', import.meta.url));
  const dependency = /^Cannot find package '([^']+)'/.exec(error.message);
  const found = dependency
    ? `Expected the npm packages that offheap needs, found no ${dependency[1]} for ${root}.`
    : `Expected offheap to be compiled, found no ${root}dist that is whole.`;
  const isCheckout = existsSync(new URL('../src', import.meta.url));
  fail(`${found} ${isCheckout ? `Run: npm run setup (in ${root})` : 'Install it again: npm install offheap'}`);
}

function fail(sentence) {
  process.stderr.write(`offheap: ${sentence}\n`);
  process.exitCode = 1;
}
