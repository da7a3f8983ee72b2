import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judgeJfr } from '../../../src/doctor/dead/judge-jfr.ts';
import { parseJfrEvents, type RecordedEvent } from '../../../src/parse/jfr-events.ts';
import { Recording, smoothed } from '../../../src/stats/recording.ts';

const MiB = 1024 ** 2;
const eventsOf = (name: string) => parseJfrEvents(readFileSync(new URL(`../../fixtures/dead/${name}`, import.meta.url), 'utf8'));
function judge(events: readonly RecordedEvent[]) {
  const recording = new Recording();
  for (const event of events) recording.take(event);
  return judgeJfr(recording, { isWhole: true });
}
const codesOf = (events: readonly RecordedEvent[]) => judge(events).findings.map(({ code, severity }) => [code, severity]);

describe('events of `jfr print --json`', () => {
  test('have their fields, those of an object within them by its name, and the type that a field may be', () => {
    const events = eventsOf('jfr-25-leaks.json');
    const summary = events.find(({ type }) => type === 'jdk.GCHeapSummary');
    expect(summary?.numbers.get('heapSpace.committedSize')).toBe(64 * MiB);
    expect(summary?.texts.get('when')).toMatch(/^(?:Before|After) GC$/);
    expect(events.filter(({ type }) => type === 'jdk.NativeMemoryUsage').map(({ texts }) => texts.get('type'))).toContain('Other');
    expect(events[0]?.atMs).toBeGreaterThan(0);
    expect(events.filter(({ type }) => type === 'jdk.ResidentSetSize')).toHaveLength(39);
  });
});

describe('what grew before the end', () => {
  test('native memory, by NMT: JDK 25', () => {
    const result = judge(eventsOf('jfr-25-leaks.json'));
    expect(result.findings.map(({ code, severity }) => [code, severity])).toEqual([['memory-growing', 'problem']]);
    expect(result.findings[0]?.evidence).toMatchObject({ part: 'NMT’s Other' });
    expect(result.process).toMatchObject({ jdk: '25.0.3+9', command: expect.arrayContaining(['Dies', 'leaks', '40']) });
    const figures = new Map(result.recording?.figures.map(({ what, ...figure }) => [what, figure]));
    expect(figures.get('RSS')?.last).toBeGreaterThan(800 * MiB);
    expect(figures.get('RSS')?.perMinute).toBeGreaterThan(1000 * MiB);
    expect(figures.get('Java heap, committed')).toMatchObject({ first: 64 * MiB, last: 64 * MiB });
    expect(result.verdict).toContain('The JVM ended in order: No remaining non-daemon Java threads.');
  });

  test('the same without NMT: what RSS has beyond the heap', () => {
    const events = eventsOf('jfr-25-leaks.json').filter(({ type }) => !type.startsWith('jdk.NativeMemoryUsage'));
    const { findings, blindSpots } = judge(events);
    expect(findings[0]).toMatchObject({ code: 'memory-growing', severity: 'problem' });
    expect(findings[0]?.evidence).toMatchObject({ part: 'native memory that is no Java heap' });
    expect(findings[0]?.fixes[0]?.command).toBe('offheap doctor PID --stacks=30s');
    expect(blindSpots.map(({ instrument }) => instrument)).toContain('Native Memory Tracking');
  });

  test('the Java heap, and what JDK 17 does not record', () => {
    const { findings, blindSpots, recording, memory } = judge(eventsOf('jfr-17-hoards.json'));
    expect(findings[0]).toMatchObject({ code: 'java-heap-growing', severity: 'notice' });
    expect(findings[0]?.summary).not.toContain(': --gc tells');
    expect(blindSpots.map(({ instrument }) => instrument)).toEqual(['RSS', 'Native Memory Tracking', 'events']);
    expect(recording?.missing).toContain('jdk.ResidentSetSize');
    expect(memory).toBeUndefined();
  });

  test('threads; and nothing of a recording that is steady, or has nothing', () => {
    const at = (second: number) => Date.parse('2026-01-01T00:00:00Z') + second * 1000;
    const event = (type: string, second: number, field: string, value: number): RecordedEvent => {
      return { type, atMs: at(second), numbers: new Map([[field, value]]), texts: new Map() };
    };
    const seconds = Array.from({ length: 100 }, (_, second) => second);
    const threads = seconds.map((second) => event('jdk.JavaThreadStatistics', second, 'activeCount', 20 + second));
    expect(codesOf(threads)).toEqual([['threads-growing', 'problem']]);
    const steady = seconds.map((second) => event('jdk.ResidentSetSize', second, 'size', (500 + (second % 3)) * MiB));
    const { findings, verdict } = judge(steady);
    expect(findings).toEqual([]);
    expect(verdict).toBe('Nothing that was recorded grew steadily in 1 min 39 s. RSS went from 500 to 500 MiB, at most 502.');
    expect(judge([]).findings).toEqual([]);
  });

  test('RSS alone may be the Java heap: that is said, and is no finding', () => {
    const ofRss = eventsOf('jfr-25-leaks.json').filter(({ type }) => type === 'jdk.ResidentSetSize');
    const { findings, verdict } = judge(ofRss);
    expect(findings).toEqual([]);
    expect(verdict).toMatch(/^RSS grew from 92 to 852 MiB in 38 s\. The Java heap may have touched as much of what it has, /);
  });

  test('a figure is smoothed to its medians in 32 parts of the time', () => {
    const points = Array.from({ length: 320 }, (_, index) => ({ atMs: index, value: index % 10 === 5 ? 1000 : index }));
    const smooth = smoothed(points);
    expect(smooth).toHaveLength(32);
    expect(Math.max(...smooth.map(({ value }) => value))).toBeLessThan(320);
  });
});
