// SPDX-License-Identifier: MIT
// What the programs of Node have in common.

/** Says how many bytes the cause has, or 0, and stays until stdin ends. `pid`: of the program that is driven, where it is not this one. */
export function ready(bytes, { pid = process.pid, end = async () => {} } = {}) {
  process.stdout.write(`@phase ready bytes=${bytes} pid=${pid}\n`);
  process.stdin.resume();
  process.stdin.on('end', async () => {
    await end();
    process.stdout.write('@done ok\n', () => process.exit(0));
  });
}
