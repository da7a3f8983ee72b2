import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { makePatient } from '../../src/api/patient.ts';
import type { BlockMaker } from '../../src/model/block-makers.ts';
import { builtIn, compileCorpus } from '../corpus/compile.ts';
import { compileJni } from '../corpus/compile-native.ts';
import type { Run } from '../corpus/run.ts';
import { type Patient, startPatient } from '../corpus/start.ts';
import { whyNot } from '../corpus/why-not.ts';
import { plain } from '../fixtures/preload.ts';

let patient: Patient | undefined;
beforeAll(() => {
  compileCorpus();
  compileJni();
});
afterEach(async () => {
  await patient?.stop();
  patient = undefined;
});

const java = (name: string, flag: string, ...args: string[]): Run => ({
  name,
  program: { java: name, flags: ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', flag], arguments: args },
});

/** Of a request of `bytes`, as a block of its own mapping: two words of header, in whole pages. */
const mapped = (bytes: number) => Math.ceil((bytes + 16) / 4096) * 4096;

test.for<[string, Run, BlockMaker[], { chunkBytes: number; chunks: number } | undefined]>([
  ['DirectBuffers', java('DirectBuffers', '-Xmx200m'), ['direct buffers'], { chunkBytes: mapped(1_048_573), chunks: 163 }],
  [
    'ThreadBuffers',
    java('ThreadBuffers', '-Xmx256m'),
    ['direct buffers', 'channel buffers'],
    { chunkBytes: mapped(8_388_593), chunks: 23 },
  ],
  ['UnsafeCache', java('UnsafeCache', '-Xmx32m'), ['Unsafe'], undefined],
])('who has asked malloc for blocks in %s', async ([, run, makers, most], { skip }) => {
  const reason = await whyNot(run);
  if (reason !== undefined) skip(reason);
  patient = await startPatient(run, plain);
  const { jvm, malloc, libraries } = await makePatient(patient.pid, { timeoutMs: 120_000 }).look();
  expect({ makers: jvm?.blockMakers, libraries }).toEqual({ makers, libraries: undefined });
  const [largest] = malloc?.mmapped.sizes ?? [];
  if (most === undefined) {
    expect(malloc?.sizes?.find(({ chunkBytes }) => chunkBytes === 65_536)?.liveChunks).toBe(2801);
    return;
  }
  // The JVM itself may have some of that size.
  expect(largest?.chunkBytes).toBe(most.chunkBytes);
  expect(largest?.chunks).toBeGreaterThanOrEqual(most.chunks);
  expect(largest?.chunks).toBeLessThanOrEqual(most.chunks + 8);
});

test('a library of Java’s native interface is the program’s own', async ({ skip }) => {
  const run = java('JniCache', '-Xmx32m', join(builtIn('jni'), 'jni_cache.so'));
  const reason = await whyNot(run);
  if (reason !== undefined) skip(reason);
  patient = await startPatient(run, plain);
  const { jvm, libraries } = await makePatient(patient.pid, { timeoutMs: 120_000 }).look();
  expect({ makers: jvm?.blockMakers, libraries }).toEqual({ makers: [], libraries: ['jni_cache.so'] });
});
