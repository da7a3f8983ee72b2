// What the single executable begins with. The rest is an asset, compiled when it is needed: `--version` is asked by scripts again and again, and reading two megabytes of
// JavaScript takes twice as long as all else.
'use strict';
const { getAsset } = require('node:sea');

const [, , first, ...others] = process.argv;
if (first === '--version' && others.length === 0) {
  process.stdout.write(`${JSON.parse(getAsset('package.json', 'utf8')).version}\n`);
} else {
  const { compileFunction } = require('node:vm');
  const application = { exports: {} };
  const run = compileFunction(getAsset('offheap.cjs', 'utf8'), ['exports', 'require', 'module'], { filename: 'offheap.cjs' });
  run(application.exports, require, application);
  // Node's own status for a promise that nothing will settle any more.
  process.once('beforeExit', () => {
    if (process.exitCode === undefined) process.exitCode = 13;
  });
  application.exports.main(process.argv).then((status) => {
    process.exitCode = status;
  });
}
