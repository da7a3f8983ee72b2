import { expect, test } from 'vitest';
import { compileHeaps, measureTrim } from '../../bench/lib/trim-error.mjs';
import { kindsOf, type TrimKind } from '../../bench/lib/trim-kinds.mjs';
import { glibcs } from '../../scripts/glibcs/list.mjs';
import { openGlibc } from '../../scripts/glibcs/open.mjs';
import { inspectHeap } from '../../src/native/inspector.ts';
import { temporaryFolder } from './preloaded.ts';

/** Of RSS. A program that goes on touches again what the trim gave back: up to 1 % was measured (docs/accuracy.md). */
const bound = { still: 0.005, moving: 0.02 };

/** A quarter of the heap, of which no error is a smaller share. One that moves stays as it is: it does not move less. */
const smaller = ({ args, ...kind }: TrimKind): TrimKind => ({
  ...kind,
  args: kind.moves ? args : args.map((arg) => arg.replace(/^(blocks|bytes)=(\d+)$/, (_, name, value) => `${name}=${value / 4}`)),
});

test.for(glibcs)('a trim is predicted within 0.5 % of RSS, on glibc $version', async ({ version }, { skip }) => {
  const glibc = openGlibc(version);
  if ('reason' in glibc) return skip(glibc.reason);
  const programOf = compileHeaps(glibc, temporaryFolder());
  for (const kind of kindsOf(version).map(smaller)) {
    const run = await measureTrim(inspectHeap, programOf(kind), { version, kind, seed: 1 });
    const what = `${kind.name}: ${JSON.stringify(run)}`;
    expect(run.returnedBytes, what).toBeGreaterThan(0);
    expect(Math.abs(run.errorShare), what).toBeLessThanOrEqual(kind.moves ? bound.moving : bound.still);
  }
});
