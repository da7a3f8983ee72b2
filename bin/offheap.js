#!/usr/bin/env node
// In words that Node 12 understands: an old Node has to be told that it is. CommonJS: an ES module takes 10 ms longer to start, and `--version` is
// asked by scripts again and again.
'use strict';
const { existsSync, readFileSync, writeSync } = require('node:fs');
const { dirname, join } = require('node:path');

/** As `engines` of package.json says. */
const oldest = [20, 17];
const root = dirname(__dirname);
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  fail(
    `Expected Node ${oldest.join('.')} or later, found ${process.version}. Install a current Node and run the same command again.`,
  );
} else if (!tellsVersion(process.argv.slice(2))) {
  start();
}

/** False when that is not what was asked, or stdout took it not: the command line says why. */
function tellsVersion([first, ...others]) {
  if (!['--version', '-V'].includes(first) || others.length > 0) return false;
  try {
    writeSync(1, `${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n`);
    return true;
  } catch {
    return false;
  }
}

function start() {
  // Node's own status for a promise that nothing will settle any more.
  process.once('beforeExit', () => {
    if (process.exitCode === undefined) process.exitCode = 13;
  });
  const { isBuilt, loadCommandLine } = require('./load.js');
  if (!isBuilt(root)) {
    const cure = existsSync(join(root, 'src')) ? `Run: npm run setup (in ${root}/)` : 'Install it again: npm install offheap';
    fail(`Expected offheap to be compiled, found no ${root}/dist that is whole. ${cure}`);
    return;
  }
  loadCommandLine(root)
    .main(process.argv)
    .then((status) => {
      process.exitCode = status;
    });
}

function fail(sentence) {
  process.stderr.write(`offheap: ${sentence}\n`);
  process.exitCode = 1;
}
