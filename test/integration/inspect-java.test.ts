import { describe, expect, test } from 'vitest';
import { runDiagnosticCommand } from '../../src/jvm/attach.ts';
import type { HeapInspection } from '../../src/model/inspection.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { rssOf } from '../native/inspected.ts';
import { findJavaHomes } from './java-homes.ts';
import { ensureScanSet } from './java-process.ts';
import { step } from './java-step.ts';

const streams = 3000;

describe.each(findJavaHomes())('the heaps of JDK $version', (home) => {
  test('the zlib census counts the open Inflaters, and a trim gives back what was predicted', async () => {
    const census: Record<string, number> = {};
    let prediction = { predicted: Number.NaN, actual: Number.NaN, rss: Number.NaN };
    const jars = `--jars=${await ensureScanSet(home)}`;
    await step(home, [jars, '--loader=leaky', `--streams=${streams}`, '--settle-ms=500'], async (name, pid) => {
      const inspection = await inspectHeap(pid);
      census[name] = inspection.census.inflaters;
      if (name !== 'settled') return true;
      prediction = await trim(pid);
      return true;
    });
    const { baseline = Number.NaN, scanned = Number.NaN, settled = Number.NaN } = census;
    // An upper bound: other code may ask malloc for the same sizes.
    expect(scanned - baseline).toBeGreaterThanOrEqual(streams);
    expect(scanned - baseline).toBeLessThanOrEqual(streams + 3);
    expect(Math.abs(settled - baseline)).toBeLessThanOrEqual(3);
    expect(prediction.predicted).toBeGreaterThan(20 << 20);
    expect(Math.abs(prediction.predicted - prediction.actual) / prediction.rss).toBeLessThanOrEqual(0.03);
  });
});

const predictionOf = ({ totals }: HeapInspection) => totals.residentFree.pageBytes + totals.residentFree.mainTopBytes;

async function trim(pid: number) {
  // The first attach makes the JVM start threads: not between the two looks.
  await runDiagnosticCommand(pid, 'VM.version', { timeoutMs: 120_000 });
  const predicted = predictionOf(await inspectHeap(pid));
  const rss = rssOf(pid);
  await runDiagnosticCommand(pid, 'System.trim_native_heap', { timeoutMs: 120_000 });
  return { predicted, actual: rss - rssOf(pid), rss };
}
