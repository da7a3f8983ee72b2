import { dirname } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runDiagnosticCommand } from '../../src/jvm/attach.ts';
import type { Evidence, RegionKind } from '../../src/model/doctor.ts';
import { isSince } from '../../src/model/jdk-releases.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { readJvmPlaces } from '../../src/native/jvm-places.ts';
import { collectEvidence } from '../../src/observe/evidence.ts';
import { askHeapRanges } from '../../src/observe/jvm.ts';
import { rssOf } from '../../src/stats/process-figures.ts';
import { compileCorpus } from '../corpus/compile.ts';
import { type Patient, startPatient } from '../corpus/start.ts';
import { plain } from '../fixtures/preload.ts';
import { findJavaHomes } from './java-homes.ts';

const mebibyte = 1024 ** 2;
const timeoutMs = 60_000;
/** 9,001 loaders have two nodes of metaspace, which takes a while, and longer where C2 compiles as well; the others have its code. */
const programs = [
  { collector: 'G1', java: 'ManyLoaders', leastMetaspaceBytes: 64 * mebibyte, own: ['-XX:TieredStopAtLevel=1'] },
  ...['Serial', 'Parallel', 'Shenandoah', 'Z'].map((collector) => ({
    collector,
    java: 'HealthyService',
    leastMetaspaceBytes: 32 * 1024,
    own: [],
  })),
];
/** Code is compiled, and classes are loaded, between two looks. */
const movedBytes = 2 * mebibyte;

/** What a JVM calls its mappings in System.map, from JDK 23 on and with NMT (jdk: nmt/memMapPrinter.cpp). */
const kindOfTag: Readonly<Record<string, RegionKind>> = {
  JAVAHEAP: 'java heap',
  CODE: 'code cache',
  META: 'metaspace',
  CLASS: 'metaspace',
  CDS: 'cds',
  GC: 'gc',
  CARDTBL: 'gc',
};
const judged: readonly RegionKind[] = ['java heap', 'code cache', 'metaspace', 'cds', 'gc'];

/** RSS by kind, as that JVM tells it: address range, size, protection, RSS, … `CODE`. */
function rssBySystemMap(text: string): Map<RegionKind, number> {
  const sums = new Map<RegionKind, number>();
  for (const line of text.split('\n').filter((row) => row.startsWith('0x'))) {
    const words = line.split(/\s+/);
    const kind = words.flatMap((word) => kindOfTag[word.split(',')[0] ?? ''] ?? [])[0];
    if (kind) sums.set(kind, (sums.get(kind) ?? 0) + Number(words[3]));
  }
  return sums;
}

const homes = findJavaHomes().map(({ version, java: launcher }) => [version, launcher] as const);

let patient: Patient | undefined;
beforeAll(compileCorpus);
afterEach(async () => {
  await patient?.stop();
  patient = undefined;
});

describe.each(homes)('JDK %s', (_, launcher) => {
  test.for(programs)(
    'on $collector has its memory where NMT says it has',
    async ({ collector, java, own, leastMetaspaceBytes }) => {
      const flags = [...own, `-XX:+Use${collector}GC`, '-XX:NativeMemoryTracking=detail', '-Xmx256m'];
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
    },
  );
});

describe.each(homes)('JDK %s', (_, launcher) => {
  test.for(programs)('on $collector has by its own structures the heap that it tells', async ({ collector }) => {
    const flags = [`-XX:+Use${collector}GC`, '-Xmx256m'];
    const environment = { PATH: `${dirname(launcher)}:${process.env['PATH'] ?? ''}` };
    patient = await startPatient({ name: collector, program: { java: 'HealthyService', flags }, environment }, plain);
    const [own, told] = [await readJvmPlaces(patient.pid), await askHeapRanges(patient.pid, { timeoutMs })];
    const heap = own?.places.filter(({ kind }) => kind === 'java heap').map(({ start, end }) => ({ start, end }));
    expect(own?.collector).toBe(collector === 'Z' ? 'ZGC' : collector);
    expect(heap).toEqual(told);
    expect(heap).toHaveLength(collector === 'Z' ? 0 : 1);
  });
});

describe.each(homes.filter(([version]) => isSince(version, ['23'])))('JDK %s', (_, launcher) => {
  // A JVM at work moves between the two looks.
  test.for(programs)(
    'on $collector has its memory where System.map says it has',
    { retry: 2 },
    async ({ collector, java, own }) => {
      const flags = [...own, `-XX:+Use${collector}GC`, '-XX:NativeMemoryTracking=summary', '-Xmx256m'];
      const environment = { PATH: `${dirname(launcher)}:${process.env['PATH'] ?? ''}` };
      patient = await startPatient({ name: collector, program: { java, flags }, environment }, plain);
      const options = { inspect: inspectHeap, timeoutMs, budgetMs: timeoutMs };
      const told = await collectEvidence(patient.pid, { ...options, systemMap: false });
      const byMap = await collectEvidence(patient.pid, options);
      const judge = rssBySystemMap(await runDiagnosticCommand(patient.pid, 'System.map', { timeoutMs }));
      const differing = (from: Evidence) =>
        judged
          .map((kind) => ({ kind, bytes: rssOf(from, kind) - (judge.get(kind) ?? 0) }))
          .filter(({ bytes }) => Math.abs(bytes) >= movedBytes);
      expect(judge.size).toBe(judged.length);
      expect([differing(told), differing(byMap)]).toEqual([[], []]);
      // What it names is not unexplained.
      expect(rssOf(byMap, 'unexplained')).toBeLessThan(rssOf(told, 'unexplained') + movedBytes);
    },
  );
});
