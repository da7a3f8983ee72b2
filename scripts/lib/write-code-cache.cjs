// Runs what commands begin with, and keeps what V8 has compiled for it. Usage: node write-code-cache.cjs ROOT
'use strict';
const { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const root = process.argv[2];
const { bundleOf, codeCacheOf, compile, idOf, runScript } = require(join(root, 'bin', 'load.js'));

async function write() {
  const script = compile(root, undefined);
  const { main } = runScript(root, script);
  process.stdout.write = () => true;
  // Of the help, which has the options of all commands, and of the doctor, most of whose modules others have as well.
  await main([process.execPath, 'offheap', '--help']);
  await main([process.execPath, 'offheap', 'doctor', String(process.pid), '--quiet']);
  const file = codeCacheOf(root);
  mkdirSync(dirname(file), { recursive: true });
  const id = idOf(readFileSync(bundleOf(root), 'latin1'));
  // Whole or not at all: another process may read it at any time.
  const whole = `${file}.${process.pid}`;
  try {
    writeFileSync(whole, Buffer.concat([Buffer.from(id), script.createCachedData()]));
    renameSync(whole, file);
  } finally {
    rmSync(whole, { force: true });
  }
  process.exitCode = 0;
}

write().catch(({ message }) => {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
});
