// The program of which is known what it holds, and what a JVM is started with for it.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from '../lib/run.mjs';

const source = fileURLToPath(new URL('program/Known.java', import.meta.url));

/** So large that nothing but --gc collects: what was dropped is to wait for it. */
export const heapFlags = ['-Xms1g', '-Xmx1g', '-Xmn768m'];

export function compileKnown(folder) {
  mkdirSync(folder, { recursive: true });
  // It runs for a second: C2 would not pay.
  return run('javac', [
    '-J-XX:TieredStopAtLevel=1',
    '-J-XX:+UseSerialGC',
    '--release',
    '8',
    '-Xlint:-options',
    '-d',
    folder,
    source,
  ]);
}
