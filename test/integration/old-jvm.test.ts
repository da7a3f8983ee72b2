import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/model/doctor.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { collectEvidence } from '../../src/observe/evidence.ts';
import { askNmt } from '../../src/observe/jvm.ts';
import { type FakeReply, withFakeJvm } from './fake-jvm.ts';

const timeoutMs = 60_000;
const kiB = 1024;
let folder: string;
let library: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-old-jvm-'));
  library = join(folder, 'libjvm.so');
  await writeFile(library, 'x');
});
afterAll(() => rm(folder, { recursive: true }));

/** What JDK 8u452 answers on G1 to those commands that it has. */
async function answersOfJdk8(): Promise<Record<string, FakeReply>> {
  const once = (text: string): FakeReply => ({ text, times: 1 });
  const fixture = async (name: string) => once(await readFile(new URL(`../fixtures/jvm/${name}.txt`, import.meta.url), 'utf8'));
  return {
    'VM.version': once('OpenJDK 64-Bit Server VM version 25.452-b09\nJDK 8.0_452\n'),
    'VM.flags': once('-XX:NativeMemoryTracking=detail -XX:+UseG1GC \n'),
    'GC.heap_info': await fixture('heap-info-8-G1'),
    'VM.classloader_stats': await fixture('classloader-stats-8'),
    'VM.native_memory summary scale=1': once('Incorrect scale value: 1\n'),
    'VM.native_memory summary scale=KB': await fixture('nmt-summary-8'),
    'VM.native_memory detail scale=1': once('Incorrect scale value: 1\n'),
    'VM.native_memory detail scale=KB': await fixture('nmt-ranges-8'),
  };
}

describe('JDK 8, which tells Native Memory Tracking in KB alone', () => {
  test('is asked again in KB, for the sums and for the addresses', async () => {
    await withFakeJvm(library, await answersOfJdk8(), async ({ pid, asked }) => {
      const { jvm }: Evidence = await collectEvidence(pid, { inspect: inspectHeap, timeoutMs, nmtRanges: true });
      expect(jvm?.version).toBe('1.8.0_452');
      expect(jvm?.nmt?.totalCommittedBytes).toBe(331_566 * kiB);
      expect(asked.filter((command) => command.startsWith('VM.native_memory'))).toEqual([
        'VM.native_memory summary scale=1',
        'VM.native_memory summary scale=KB',
        'VM.native_memory detail scale=1',
        'VM.native_memory detail scale=KB',
      ]);
    });
  });

  test('has its loaders and classes in the statistics of class loaders', async () => {
    await withFakeJvm(library, await answersOfJdk8(), async ({ pid }) => {
      const { jvm } = await collectEvidence(pid, { inspect: inspectHeap, timeoutMs });
      expect(jvm?.metaspace).toMatchObject({ loaders: 4, classes: 705 });
    });
  });

  test("has its direct buffers in NMT's category Internal", async () => {
    await withFakeJvm(library, await answersOfJdk8(), async ({ pid }) => {
      const { jvm } = await collectEvidence(pid, { inspect: inspectHeap, timeoutMs });
      expect(jvm?.directBuffers).toEqual({ count: 11_462, capacityBytes: 69_631 * kiB });
    });
  });

  test('is read by the exporter too', async () => {
    await withFakeJvm(library, await answersOfJdk8(), async ({ pid }) => {
      const nmt = await askNmt(pid, { timeoutMs });
      expect(nmt?.committedBytes).toBe(331_566 * kiB);
    });
  });
});
