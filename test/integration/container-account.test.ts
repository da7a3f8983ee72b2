import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Container, ContainerPart } from '../../src/model/container.ts';
import { readContainer } from '../../src/observe/container.ts';
import { readGroupProcesses } from '../../src/process/group-processes.ts';
import { type LimitedGroup, makeLimitedGroup } from '../../src/process/limited-group.ts';
import { built, compileCorpus } from '../corpus/compile.ts';
import { labels } from '../corpus/labels.ts';
import { startPatient } from '../corpus/start.ts';
import { cgroups, whyNot } from '../corpus/why-not.ts';
import { plain } from '../fixtures/preload.ts';

const mib = 1024 ** 2;
/** What nothing tells may be of the usage. */
const tolerance = 0.01;

beforeAll(compileCorpus);

/** Of a program that says that it is ready, in MiB by part. */
async function look(pid: number): Promise<{ container: Container; parts: Partial<Record<ContainerPart, number>> }> {
  const container = await readContainer(pid);
  if (!container?.account) throw new Error('a group with a limit has an account');
  const { parts, usageBytes } = container.account;
  const sum = parts.reduce((bytes, part) => bytes + part.bytes, 0);
  expect(Math.abs(sum - usageBytes) / usageBytes).toBeLessThan(tolerance);
  const byKind = Object.fromEntries(parts.map(({ kind, bytes }) => [kind, Math.round(bytes / mib)]));
  const left = parts.find(({ kind }) => kind === 'unaccounted')?.bytes ?? 0;
  expect(left / usageBytes).toBeLessThan(tolerance);
  return { container, parts: byKind };
}

interface Expected {
  label: string;
  parts: Partial<Record<ContainerPart, number>>;
  limitMib: number;
  /** What the kernel cannot drop. */
  heldMib: number;
}

const expected: Expected[] = [
  {
    label: 'files on a tmpfs that fill the container',
    parts: { 'this process': 89, 'shared memory': 300 },
    ...{ limitMib: 400, heldMib: 389 },
  },
  {
    label: 'a child that fills the container',
    parts: { 'this process': 10, 'other processes': 333 },
    ...{ limitMib: 360, heldMib: 343 },
  },
  {
    label: 'two processes that have 91 % of the limit',
    parts: { 'this process': 303, 'other processes': 124 },
    ...{ limitMib: 470, heldMib: 427 },
  },
  { label: 'names of deleted files that fill the container', parts: { kernel: 66 }, ...{ limitMib: 70, heldMib: 66 } },
];

describe.each(expected.map((one) => [one.label, one] as const))('%s', (_, { label: name, parts, limitMib, heldMib }) => {
  test('sums to the usage, and has each byte where it is', async ({ skip }) => {
    const label = labels.find((known) => known.name === name);
    if (!label) throw new Error(`no label is named ${name}`);
    const reason = await whyNot(label);
    if (reason !== undefined) skip(reason);
    const patient = await startPatient(label, plain);
    onTestFinished(() => patient.stop());
    const seen = await look(patient.pid);
    for (const [kind, size] of Object.entries(parts)) {
      const bytes = seen.parts[kind as ContainerPart] ?? 0;
      expect({ kind, differs: Math.abs(bytes - size) > 1 }).toEqual({ kind, differs: false });
    }
    expect(seen.container.limitBytes).toBe(limitMib * mib);
    const held = (seen.container.account?.unreclaimableBytes ?? 0) / mib;
    expect(held).toBeGreaterThanOrEqual(heldMib - 1);
    // Page tables, stacks and what is charged ahead.
    expect(held).toBeLessThanOrEqual(heldMib + 4);
  });
});

describe('ZGC that maps its heap three times', () => {
  test('is shared memory of the container, once', async ({ skip }) => {
    const label = labels.find(({ name }) => name === 'ZGC that maps its heap three times');
    if (!label) throw new Error('the corpus has it');
    const reason = await whyNot(label);
    if (reason !== undefined) skip(reason);
    const patient = await startPatient(label, plain);
    onTestFinished(() => patient.stop());
    const { container, parts } = await look(patient.pid);
    const usageMib = (container.usageBytes ?? 0) / mib;
    expect(parts['shared memory']).toBeGreaterThan(300);
    expect(usageMib).toBeLessThan(600);
    // The memory of the heap that is mapped nowhere for now is in nobody's share.
    const shared = (container.account?.sharedByProcessBytes ?? 0) / mib;
    expect(shared).toBeGreaterThan(250);
    expect(shared).toBeLessThanOrEqual((parts['shared memory'] ?? 0) + 1);
  });
});

describe('a limit above, which a sibling fills', () => {
  test('binds, although it is higher', async ({ skip }) => {
    const reason = await whyNot({ name: '', program: { c: 'family' }, limitMib: 1 });
    if (reason !== undefined) skip(reason);
    const pod = makeGroup(cgroups, 'pod', 211);
    const own = makeGroup(pod.folder, 'own', 97);
    const sibling = makeGroup(pod.folder, 'sibling', 200);
    const [pid] = await Promise.all([start(own, 23), start(sibling, 151)]);
    const { container, parts } = await look(pid);
    expect(container.path).toMatch(/-pod$/);
    expect(container.limitBytes).toBe(211 * mib);
    expect(container.levels?.map(({ path, limitBytes }) => [path.split('-').at(-1), (limitBytes ?? 0) / mib])).toEqual([
      ['own', 97],
      ['pod', 211],
    ]);
    expect(parts).toMatchObject({ 'this process': 23, 'other processes': 151 });
    expect(container.account?.others).toMatchObject([{ name: 'family', processes: 3 }]);
  });

  test('does not where the own has less room', async ({ skip }) => {
    const reason = await whyNot({ name: '', program: { c: 'family' }, limitMib: 1 });
    if (reason !== undefined) skip(reason);
    const pod = makeGroup(cgroups, 'pod', 211);
    const own = makeGroup(pod.folder, 'own', 97);
    expect((await look(await start(own, 71))).container).toMatchObject({
      limitBytes: 97 * mib,
      path: expect.stringMatching(/-own$/),
    });
  });
});

test('shares that are not read in time are told as RSS', async ({ skip }) => {
  const reason = await whyNot({ name: '', program: { c: 'family' }, limitMib: 1 });
  if (reason !== undefined) skip(reason);
  const group = makeGroup(cgroups, 'late', 97);
  const pid = await start(group, 23);
  const { processes, unread } = await readGroupProcesses(group.folder, pid, 0);
  expect(unread).toBe(0);
  expect(processes.map(({ name, isRss = false }) => [name, isRss])).toEqual([
    ['family', false],
    ['family', true],
  ]);
  expect(Math.round((processes[0]?.anonBytes ?? 0) / mib)).toBe(23);
});

function makeGroup(parent: string, name: string, limitMib: number): LimitedGroup {
  const group = makeLimitedGroup({ version: 1, folder: parent }, `offheap-account-${process.pid}-${name}`, limitMib * mib);
  onTestFinished(() => group.remove());
  return group;
}

/** A process with so many MiB, and its child with none. */
async function start(group: LimitedGroup, selfMib: number): Promise<number> {
  const program = join(built, 'family');
  const enter = ['-c', `echo $$ > ${group.procsFile} && exec "$0"`, program];
  const child = spawn('sh', enter, { env: { SELF_MIB: String(selfMib) }, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
  });
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}
