import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import type { Evidence, JvmEvidence } from '../../../src/model/doctor.ts';
import { evidenceOf, jvmOf, mib, regionsOf } from '../../fixtures/evidence.ts';

/** A heap of 701 MiB, 623 of it in use, in an RSS of 801. */
function heapOf(jvm: Partial<JvmEvidence>, more: Partial<Evidence> = {}): Evidence {
  const heap = { reservedBytes: mib(1024), committedBytes: mib(701), usedBytes: mib(623), rssBytes: mib(701) };
  return evidenceOf({
    rssBytes: mib(801),
    regions: regionsOf({ 'java heap': 701, libraries: 100 }),
    jvm: jvmOf({ heap, flags: [`-XX:MaxHeapSize=${mib(1024)}`, `-XX:MinHeapSize=${mib(8)}`], ...jvm }),
    ...more,
  });
}

const findingOf = (evidence: Evidence) => diagnose(evidence).findings.find(({ code }) => code === 'java-heap-dominates');
const flagsOf = (evidence: Evidence) => findingOf(evidence)?.fixes.map(({ jvmFlags = [] }) => jvmFlags.join(' '));

describe('what is in use is at most what is needed', () => {
  test.each<[string, JvmEvidence['gc'], string]>([
    ['never collected', { collections: 3 }, 'the whole heap was never collected'],
    ['a while ago', { collections: 9, lastFullAgoMs: 61_000 }, 'the whole heap was last collected 61 s ago'],
  ])('%s', (_, gc, when) => {
    expect(findingOf(heapOf(gc ? { gc } : {}))?.summary).toBe(
      `The Java heap takes 701 of 801 MiB. At most 623 MiB are needed: that much is in use, and ${when}. -Xmx and the GC decide that; it is no native memory.`,
    );
  });

  test('of a JVM that did not answer nothing is said of it, and nothing advised', () => {
    const { jvm: _, ...silent } = heapOf({});
    expect(findingOf(silent)).toMatchObject({
      summary: 'The Java heap takes 701 of 801 MiB. -Xmx and the GC decide that; it is no native memory.',
      fixes: [],
    });
  });
});

describe('each collector is told what it heeds', () => {
  const ratios = '-XX:MaxHeapFreeRatio=30 -XX:MinHeapFreeRatio=10';

  test.each<[string, string, string[]]>([
    ['G1', '17.0.15', ['', '-XX:G1PeriodicGCInterval=300000', ratios]],
    ['G1', '11.0.21', ['', ratios]],
    ['ZGC', '17.0.15', ['', '-XX:ZUncommitDelay=60']],
    ['ZGC', '11.0.21', ['']],
    [
      'Shenandoah',
      '17.0.15',
      ['', '-XX:+UnlockExperimentalVMOptions -XX:ShenandoahUncommitDelay=60000 -XX:ShenandoahGuaranteedGCInterval=60000'],
    ],
    ['Serial', '17.0.15', ['', '-XX:+UseG1GC -XX:G1PeriodicGCInterval=300000', `-XX:-ShrinkHeapInSteps ${ratios}`]],
    ['Serial', '1.8.0_412', ['']],
    [
      'Parallel',
      '17.0.15',
      ['', '-XX:+UseG1GC -XX:G1PeriodicGCInterval=300000', `-XX:+UseAdaptiveSizePolicyWithSystemGC ${ratios}`],
    ],
  ])('%s of JDK %s', (collector, version, flags) => {
    const evidence = heapOf({ collector, version });
    expect(flagsOf(evidence)).toEqual(flags);
    expect(findingOf(evidence)?.fixes[0]).toMatchObject({ command: 'offheap doctor 4711 --gc', kind: 'gc' });
  });

  test('Epsilon never collects, so nobody is told to have it collect', () => {
    const finding = findingOf(heapOf({ collector: 'Epsilon', version: '17.0.15' }));
    expect(finding?.summary).toContain('that much is in use, and its collector, Epsilon, never collects.');
    expect(finding?.fixes).toEqual([]);
  });

  test('G1 can be set without a restart', () => {
    expect(findingOf(heapOf({}))?.fixes[1]?.command).toBe('jcmd 4711 VM.set_flag G1PeriodicGCInterval 300000');
  });

  test('a collector on the command line is replaced: a JVM with two does not start', () => {
    const [, onG1] = findingOf(heapOf({ collector: 'Serial' }, { command: ['java', '-XX:+UseSerialGC', 'Main'] }))?.fixes ?? [];
    expect(onG1?.jvmFlags).toBeUndefined();
    expect(onG1?.action).toMatch(
      /Put -XX:\+UseG1GC -XX:G1PeriodicGCInterval=300000 in the place of -XX:\+UseSerialGC: the JVM does not start with both\.$/,
    );
  });

  test('what it has already is not advised', () => {
    const flags = ['-XX:G1PeriodicGCInterval=60000', '-XX:MaxHeapFreeRatio=20'];
    expect(flagsOf(heapOf({ flags }))).toEqual(['']);
    expect(flagsOf(heapOf({ collector: 'ZGC', flags: ['-XX:-ZUncommit'] }))).toEqual(['']);
  });
});

test('a heap that began as large as it is: a smaller start first, and no collection is said to give back', () => {
  const heap = { reservedBytes: mib(1024), committedBytes: mib(701), usedBytes: mib(61), rssBytes: mib(701) };
  const [collect, start] = findingOf(heapOf({ heap, flags: [`-XX:MinHeapSize=${mib(701)}`] }))?.fixes ?? [];
  expect(collect?.action).toBe('Collect the whole heap. That tells how much of it is needed.');
  expect(start).toEqual({
    action: 'Start with a smaller heap: below -Xms, here 701 MiB, no collector gives heap back.',
    jvmFlags: ['-Xms64m'],
  });
});

test('a bound comes after a collection that the doctor asked for, and no other', () => {
  const heap = { reservedBytes: mib(1024), committedBytes: mib(701), usedBytes: mib(61), rssBytes: mib(701) };
  const gc = { collections: 9, lastFullAgoMs: 900 };
  expect(flagsOf(heapOf({ heap, gc }))?.join()).not.toContain('-Xmx');
  expect(flagsOf(heapOf({ heap, gc: { ...gc, askedAgoMs: 900 } }))?.at(-1)).toBe('-Xmx128m');
  const needed = { ...heap, usedBytes: mib(400) };
  expect(flagsOf(heapOf({ heap: needed, gc: { ...gc, askedAgoMs: 900 } }))?.join()).not.toContain('-Xmx');
});

test('a heap that is touched at its start: no setting for one that may get smaller', () => {
  const heap = { reservedBytes: mib(701), committedBytes: mib(701), usedBytes: mib(15), rssBytes: mib(701) };
  const fixes = findingOf(heapOf({ heap, flags: [`-XX:MinHeapSize=${mib(701)}`, '-XX:+AlwaysPreTouch'] }))?.fixes;
  expect(fixes?.map(({ jvmFlags = [] }) => jvmFlags.join(' '))).toEqual(['', '-Xms16m']);
  expect(fixes?.[1]?.action).toBe(
    'Start with a smaller heap: below -Xms, here 701 MiB, no collector gives heap back, and -XX:+AlwaysPreTouch touches that much at the start.',
  );
});

test('a heap that RSS counts three times is not the largest part', () => {
  const heap = {
    reservedBytes: mib(600),
    committedBytes: mib(101),
    usedBytes: mib(90),
    rssBytes: mib(303),
    occupiedBytes: mib(101),
  };
  const evidence = evidenceOf({
    rssBytes: mib(423),
    regions: regionsOf({ 'java heap': 303, libraries: 120 }),
    jvm: jvmOf({ collector: 'ZGC', heap }),
  });
  const { verdict, findings } = diagnose(evidence);
  expect(verdict).toBe(
    'RSS counts the Java heap more than once, since it is mapped more than once: of 423 MiB, 202 are not there. A memory limit counts each page once.',
  );
  expect(findings).toMatchObject([
    { code: 'heap-counted-again', severity: 'notice', evidence: { bytes: mib(202), realBytes: mib(221) } },
  ]);
});
