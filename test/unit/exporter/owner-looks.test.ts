import { beforeEach, expect, test, vi } from 'vitest';
import { readPulse } from '../../../src/exporter/candidates.ts';
import type { Look, Subject } from '../../../src/exporter/subject.ts';
import { figures, mallocOf, mib } from '../../fixtures/evidence.ts';

vi.mock('../../../src/observe/owners.ts', () => ({ observeOwners: vi.fn() }));
vi.resetModules();
const { observeOwners } = await import('../../../src/observe/owners.ts');
const { ownerLooks } = await import('../../../src/exporter/owner-looks.ts');

const intervalMs = 600_000;
const kind = ownerLooks(intervalMs);
const context = { report: () => {}, signal: new AbortController().signal };

/** This process, at the last look at which so many MiB were in use. */
function subjectOf(inUse: number | undefined, javaHeap = 0): Subject {
  const { startTimeTicks = 0 } = readPulse(process.pid) ?? {};
  const turn = { dueAt: 0, failures: 0, expectedMs: 20, isTried: true };
  return {
    ...{ pid: process.pid, startTimeTicks, argv: [], command: '', isJvm: true, place: {}, turn, memory: {} },
    look: {
      ...{ takenAtMs: 0, rssBytes: 0, swapBytes: 0, hugeBytes: 0, hugetlbBytes: 0, allocator: 'glibc' },
      regions: [{ kind: 'java heap', rssBytes: mib(javaHeap) }],
      ...(inUse === undefined ? {} : { malloc: mallocLookOf(inUse) }),
    },
  };
}

function mallocLookOf(inUse: number): NonNullable<Look['malloc']> {
  const { totals, mmapped, census, consistency } = mallocOf(figures(inUse, {}));
  return { totals, mmapped, census, consistency, arenas: 1, heaps: 1 };
}

const found = { liveBytes: 9, owners: [{ kind: 'java', name: 'a.B', bytes: 7 }] };
const finds = (result: object) => vi.mocked(observeOwners).mockResolvedValue(result as Awaited<ReturnType<typeof observeOwners>>);

beforeEach(() => void finds(found));

test('a process is looked at from 24 MiB of blocks in use on, and from then on whatever it has', () => {
  expect(kind.turnOf(subjectOf(undefined))).toBeUndefined();
  expect(kind.turnOf(subjectOf(23))).toBeUndefined();
  const subject = subjectOf(24);
  const turn = kind.turnOf(subject);
  expect(turn).toMatchObject({ failures: 0, isTried: false });
  subject.look = { ...(subject.look as Look), malloc: mallocLookOf(1) };
  expect(kind.turnOf(subject)).toBe(turn);
});

test('what a first look is expected to cost goes by what is to be read', () => {
  expect(kind.turnOf(subjectOf(1000, 2000))?.expectedMs).toBeCloseTo(100 + 600 + 800);
});

test('what was seen stays with the subject until it is too old', async () => {
  const subject = subjectOf(100);
  kind.turnOf(subject);
  await kind.look(subject, context);
  expect(subject.owned?.look).toEqual({
    takenAtMs: expect.any(Number),
    owners: [
      { kind: 'java', owner: 'a.B', bytes: 7 },
      { kind: 'other', owner: 'other', bytes: 2 },
    ],
  });
  kind.forget(subject, 60_000);
  expect(subject.owned?.look).toBeDefined();
  kind.forget(subject, -1);
  expect(subject.owned?.look).toBeUndefined();
});

test('of a JVM whose heap cannot be read nothing is told', async () => {
  finds({ ...found, whyNoHeap: 'it has no table' });
  const subject = subjectOf(100);
  kind.turnOf(subject);
  await expect(kind.look(subject, context)).rejects.toMatchObject({ code: 'NOT_INSPECTABLE' });
  expect(subject.owned?.look).toBeUndefined();
});

test('one with more blocks than there is memory for is not begun', async () => {
  vi.mocked(observeOwners).mockClear();
  const subject = subjectOf(100);
  kind.turnOf(subject);
  const { malloc } = subject.look as Look & { malloc: NonNullable<Look['malloc']> };
  malloc.totals.liveChunks = 4_000_001;
  await expect(kind.look(subject, context)).rejects.toMatchObject({ code: 'INSPECT_FAILED' });
  expect(observeOwners).not.toHaveBeenCalled();
});
