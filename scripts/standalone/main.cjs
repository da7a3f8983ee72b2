// What the single executable runs; esbuild makes one file of it and of all that it imports.
'use strict';
const { main } = require('../../dist/cli.js');

// Node's own status for a promise that nothing will settle any more.
process.once('beforeExit', () => {
  if (process.exitCode === undefined) process.exitCode = 13;
});
main(process.argv).then((status) => {
  process.exitCode = status;
});
