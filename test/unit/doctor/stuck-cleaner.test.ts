import { expect, test } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import type { JvmEvidence } from '../../../src/model/doctor.ts';
import { evidenceOf, figures, jvmOf, mallocOf, mib } from '../../fixtures/evidence.ts';

const frames = [
  'jdk.internal.misc.Unsafe.park(Native Method)',
  'demo.Pool.free(Pool.java:34)',
  'jdk.internal.ref.CleanerImpl.run(CleanerImpl.java:142)',
];
const thread = { name: 'Cleaner-0', role: 'cleaner' as const, state: 'WAITING', frames };
const of = (liveSize: number, more: Partial<JvmEvidence> = {}) =>
  diagnose(evidenceOf({ malloc: mallocOf(figures(liveSize)), jvm: jvmOf({ standingThreads: [thread], ...more }) }));

test('the line on which it stands is the answer, and nobody is said to hold what may wait', () => {
  const { verdict, findings } = of(180);
  expect(verdict).toBe(
    'The thread Cleaner-0, which frees what is behind unreachable objects, stands still in demo.Pool.free(Pool.java:34). Nothing behind it in its queue is freed, and no GC helps. Of 180 MiB of blocks of malloc in use, any part may wait for that.',
  );
  expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['stuck-cleaner', 'problem']]);
  expect(findings[0]?.evidence).toEqual({
    bytes: mib(180),
    thread: 'Cleaner-0',
    frame: 'demo.Pool.free(Pool.java:34)',
    standing: 1,
  });
});

test('finalizers are counted', () => {
  const awaitingFinalization = { count: 703, classes: [{ className: 'demo.Connection', instances: 700 }] };
  const { verdict } = of(180, { standingThreads: [{ ...thread, role: 'finalizer' }, thread], awaitingFinalization });
  expect(verdict).toContain('703 objects wait behind it, 700 of them demo.Connection, and no GC helps.');
  expect(verdict).toContain(' 1 more stand still as well.');
});

test('where little is in use it is worth knowing', () => {
  expect(of(20).findings.map(({ code, severity }) => [code, severity])).toEqual([['stuck-cleaner', 'notice']]);
});
