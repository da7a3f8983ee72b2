// What V8 has compiled of the command line, for the Node that runs this: bin/load.js takes it. A third of a command's start is compiling otherwise.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Makes it of the package at `root`. Returns a sentence when it could not be made: offheap starts without it, only later. */
export function makeCodeCache(root) {
  const script = fileURLToPath(new URL('write-code-cache.cjs', import.meta.url));
  // In a process of its own, since what is compiled is what has been called there.
  const { status, stderr, error } = spawnSync(process.execPath, [script, root], { encoding: 'utf8', timeout: 60_000 });
  if (status === 0) return undefined;
  return `offheap will start more slowly: what V8 compiles of it could not be kept (${error?.message ?? stderr.trim().split('\n').at(-1)}).`;
}
