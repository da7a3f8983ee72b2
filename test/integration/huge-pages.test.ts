import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { diagnose } from '../../src/doctor/diagnose.ts';
import type { Evidence, Finding } from '../../src/model/doctor.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { collectEvidence } from '../../src/observe/evidence.ts';
import { parseKiBFields } from '../../src/parse/proc-fields.ts';
import { parseResourceUse } from '../../src/parse/proc-stat.ts';
import { regionOf } from '../../src/stats/process-figures.ts';
import { built, compileCorpus } from '../corpus/compile.ts';
import { type Label, labels } from '../corpus/labels.ts';
import { startPatient } from '../corpus/start.ts';
import { whyNot } from '../corpus/why-not.ts';
import { plain } from '../fixtures/preload.ts';
import { has } from '../skip.ts';

const mib = 1024 ** 2;
const small = 4096;
const huge = 2 * mib;
/** The bound of a finding holds in nineteen of twenty samples; twice that in all but one of ten thousand. */
const surely = 2;
/** What two starts of one small program differ by. */
const startsDiffer = mib;

beforeAll(compileCorpus);

async function start(name: string, skip: (reason: string) => never, environment: Record<string, string> = {}): Promise<number> {
  const label = labels.find((one) => one.name === name);
  if (!label) throw new Error(`no label ${name}`);
  const reason = await whyNot(label);
  if (reason !== undefined) skip(reason);
  const own: Label = { ...label, environment: { ...label.environment, ...environment } };
  const patient = await startPatient(own, plain);
  onTestFinished(() => patient.stop());
  return patient.pid;
}

const look = (pid: number) => collectEvidence(pid, { inspect: inspectHeap });

function findingOf(evidence: Evidence): Finding & { errorBytes: number; predictedBytes: number } {
  const finding = diagnose(evidence).findings.find(({ code }) => code === 'huge-pages');
  if (finding?.predictedBytes === undefined) throw new Error('huge pages were not found');
  return { ...finding, errorBytes: Number(finding.evidence['errorBytes']), predictedBytes: finding.predictedBytes };
}

function residentBytes(pid: number): number {
  return parseKiBFields(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')).get('Rss') ?? 0;
}

test('of 127 huge pages 1,531 small ones are written: what the others hold is told within the bound, and reading them changes nothing', async ({
  skip,
}) => {
  const pid = await start('huge pages of which little is written', skip);
  const footprint = () => ({
    faults: parseResourceUse(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.minorFaults,
    rss: residentBytes(pid),
    tables: parseKiBFields(readFileSync(`/proc/${pid}/status`, 'utf8')).get('VmPTE'),
  });
  const before = footprint();
  const evidence = await look(pid);
  expect(footprint()).toEqual(before);
  expect(evidence.hugePages).toMatchObject({
    bytes: 127 * huge,
    advisedBytes: 127 * huge,
    pageBytes: huge,
    sampledPages: 4096,
    isSwitchedOff: false,
  });
  expect(regionOf(evidence, 'unexplained')).toMatchObject({ hugeBytes: 127 * huge });
  const { errorBytes, predictedBytes } = findingOf(evidence);
  expect(Math.abs(predictedBytes - (127 * huge - 1531 * small))).toBeLessThanOrEqual(surely * errorBytes);
  expect(errorBytes).toBeLessThan(2 * mib);
});

test('started as the first cure says, it gives back what was predicted', async ({ skip }) => {
  skip(!has('perl'), 'perl is not installed');
  const pid = await start('huge pages of which little is written', skip);
  const { errorBytes, predictedBytes, fixes } = findingOf(await look(pid));
  const cured = await startBehind(fixes[0]?.command ?? '', join(built, 'huge_pages'));
  const returned = residentBytes(pid) - residentBytes(cured);
  expect(Math.abs(returned - predictedBytes)).toBeLessThanOrEqual(surely * errorBytes + startsDiffer);
  const after = await look(cured);
  expect(after.hugePages).toBeUndefined();
  expect(diagnose(after).findings).toEqual([]);
});

test('malloc that asks for no huge pages gives back what was predicted, and keeps its other tunables', async ({ skip }) => {
  const name = 'tables of malloc on huge pages';
  const pid = await start(name, skip);
  const evidence = await look(pid);
  skip(evidence.hugePages === undefined, 'this glibc has no glibc.malloc.hugetlb');
  const { errorBytes, predictedBytes, fixes } = findingOf(evidence);
  const [tunable] = fixes;
  expect(tunable?.environment).toEqual({ GLIBC_TUNABLES: 'glibc.malloc.mmap_threshold=33554432:glibc.malloc.hugetlb=0' });
  const cured = await start(name, skip, tunable?.environment);
  const returned = residentBytes(pid) - residentBytes(cured);
  expect(Math.abs(returned - predictedBytes)).toBeLessThanOrEqual(surely * errorBytes + startsDiffer);
});

test('huge pages are divided as the memory is: stacks', async ({ skip }) => {
  const evidence = await look(await start('stacks on huge pages', skip));
  const { hugePages, regions } = evidence;
  const stacks = regionOf(evidence, 'thread stacks');
  // Each of 41 went through two whole huge pages at least.
  expect(stacks?.hugeBytes).toBeGreaterThanOrEqual(41 * 2 * huge);
  expect(regions.reduce((sum, { hugeBytes = 0 }) => sum + hugeBytes, 0)).toBe(hugePages?.bytes);
  expect(findingOf(evidence).evidence).toMatchObject({ largest: 'thread stacks' });
});

test('huge pages that are written whole hold no zeros', async ({ skip }) => {
  const { hugePages } = await look(await start('huge pages that are written whole', skip));
  expect(hugePages).toMatchObject({ bytes: 127 * huge, sampledPages: 4096, zeroPages: 0 });
});

/** The program behind a command that becomes it; its pid, when it is ready. */
async function startBehind(command: string, program: string): Promise<number> {
  const child: ChildProcess = spawn('sh', ['-c', `exec ${command} "$0"`, program], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  if (!child.stdout) throw new Error('stdout is a pipe');
  const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => ['it ended'])]);
  expect(String(line)).toMatch(/^@phase ready bytes=\d+\n$/);
  return child.pid ?? 0;
}
