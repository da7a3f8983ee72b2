import { dirname } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Evidence, RegionKind } from '../../src/model/doctor.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { collectEvidence } from '../../src/observe/evidence.ts';
import { rssOf } from '../../src/stats/process-figures.ts';
import { compileCorpus } from '../corpus/compile.ts';
import { type Patient, startPatient } from '../corpus/start.ts';
import { plain } from '../fixtures/preload.ts';
import { findJavaHomes } from './java-homes.ts';

const mebibyte = 1024 ** 2;
const timeoutMs = 60_000;
/** 9,001 loaders have two nodes of metaspace, which takes a while. */
const programs = [
  { collector: 'G1', java: 'ManyLoaders', leastMetaspaceBytes: 64 * mebibyte },
  ...['Serial', 'Parallel', 'Shenandoah', 'Z'].map((collector) => ({
    collector,
    java: 'HealthyService',
    leastMetaspaceBytes: 32 * 1024,
  })),
];
/** Code is compiled, and classes are loaded, between two looks. */
const movedBytes = 2 * mebibyte;

let patient: Patient | undefined;
beforeAll(compileCorpus);
afterEach(async () => {
  await patient?.stop();
  patient = undefined;
});

describe.each(findJavaHomes().map(({ version, java: launcher }) => [version, launcher] as const))('JDK %s', (_, launcher) => {
  test.for(programs)('on $collector has its memory where NMT says it has', async ({ collector, java, leastMetaspaceBytes }) => {
    const flags = [`-XX:+Use${collector}GC`, '-XX:NativeMemoryTracking=detail', '-Xmx256m'];
    const environment = { PATH: `${dirname(launcher)}:${process.env['PATH'] ?? ''}` };
    patient = await startPatient({ name: collector, program: { java, flags }, environment }, plain);
    const look = (nmtRanges: boolean) =>
      collectEvidence(patient?.pid ?? 0, { inspect: inspectHeap, timeoutMs, budgetMs: timeoutMs, nmtRanges });
    const [told, byNmt]: Evidence[] = [await look(false), await look(true)];
    const differs = (kind: RegionKind) => Math.abs(rssOf(told as Evidence, kind) - rssOf(byNmt as Evidence, kind));
    expect(rssOf(told as Evidence, 'metaspace')).toBeGreaterThan(leastMetaspaceBytes);
    expect(differs('metaspace')).toBeLessThan(movedBytes);
    expect(differs('code cache')).toBeLessThan(movedBytes);
    expect(told?.unknown.filter(({ instrument }) => instrument === 'addresses')).toEqual([]);
  });
});
