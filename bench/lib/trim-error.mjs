// The error of a predicted malloc_trim(0): a program with a heap of its own kind is looked at, then trims itself.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../../test/native/programs/random_heap.c', import.meta.url));
/** So long that a busy machine decides nothing: with less time the inspector says what it did not reach. */
const budgetMs = 60_000;
const flags = ['-std=gnu11', '-O1', '-pthread', '-fno-builtin'];

/** Compiles the program against a glibc into a folder, and returns which executable a kind is run by. */
export function compileHeaps(glibc, folder) {
  const [linked, isolated] = ['random_heap', 'random_heap-static'].map((name) => join(folder, name));
  glibc.compile(source, linked, flags);
  glibc.compile(source, isolated, [...flags, '-static']);
  return ({ isStatic }) => (isStatic ? isolated : linked);
}

/** What was predicted, and what the program's own trim gave back. `inspect`: inspectHeap, of the sources or of the build. */
export async function measureTrim(inspect, program, { version, kind, seed }) {
  const args = [...kind.args, `seed=${seed}`];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env: kind.env?.(version) ?? {} });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const heard = async (word) => {
    for (let line = await lines.next(); !line.done; line = await lines.next()) if (line.value.startsWith(word)) return line.value;
    throw new Error(`glibc ${version}, ${kind.name}: the program ended before it said "${word}": ${args.join(' ')}`);
  };
  try {
    const said = await heard('glibc ');
    if (said !== `glibc ${version}`) throw new Error(`expected a program on glibc ${version}, found ${said}`);
    await heard('ready');
    const look = await inspect(child.pid, { budgetMs });
    child.stdin.write('\n');
    const [rssBytes, , before, after, minorFaults] = (await heard('trimmed')).split(' ').slice(1).map(Number);
    const freeAgainBytes = predictionOf(await inspect(child.pid, { budgetMs }));
    const [predictedBytes, returnedBytes] = [predictionOf(look), before - after];
    const errorShare = (predictedBytes - returnedBytes) / rssBytes;
    const { durationMs, consistency, unfollowedLists = 0 } = look;
    const seen = { durationMs, consistency, unfollowedLists, unreadableBytes: look.totals.unreadableBytes };
    return { seed, rssBytes, predictedBytes, returnedBytes, errorShare, freeAgainBytes, minorFaults, ...seen };
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

const predictionOf = ({ totals: { residentFree } }) => residentFree.pageBytes + residentFree.mainTopBytes;
