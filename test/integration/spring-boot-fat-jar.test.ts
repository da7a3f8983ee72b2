import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cell, type PhaseName, type ResultFile, resultFile } from '../../src/model/result.ts';
import { renderRecommendation } from '../../src/reporters/recommendation.ts';
import { certificates } from '../certificates.ts';
import { offheapInTurn } from '../cli/in-turn.ts';
import { root } from '../cli/offheap.ts';
import { plain } from '../fixtures/preload.ts';
import { findJavaHomes } from './java-homes.ts';

/** How its process starts and ends is no matter here. */
const offheap = offheapInTurn();
/** Classes that Reflections reads, and the pairs of a type and one that it extends or implements that it finds: the same by every loader. */
const whole = { streams: 49_226, relations: 68_141 };
/** The same of org.springframework.boot. */
const onePackage = { streams: 2148, relations: 2848 };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-fat-jar-'));
});
afterAll(() => rm(folder, { recursive: true }));

const build = (version: string) => execa({ reject: false, env: certificates() })`node ${root}/scripts/build-fat-jar.mjs ${version}`;

const packed = new Map<string, Promise<string>>();

/** The path of the jar; each is packed once. */
function pack(version: string): Promise<string> {
  const jar = packed.get(version) ?? packAnew(version);
  packed.set(version, jar);
  return jar;
}

async function packAnew(version: string): Promise<string> {
  const { exitCode, stdout, stderr } = await build(version);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout;
}

/** A young generation that takes the whole scan, 1,332 MiB: without a GC in it, what the loader leaves is all there. C1 alone, whose arenas are small. */
const heap = ['-Xms2g', '-Xmx2g', '-Xmn1800m', '-XX:TieredStopAtLevel=1'];

async function scan(jar: string, degree: string, java = 'java') {
  const { status, stdout, stderr } = await offheap([
    ...['compare', '--allocator=glibc', '--census', '--step', '--settle=100ms', '--format=json', '--quiet'],
    ...[`--results=${join(folder, 'raw.json')}`, '--', java, ...heap],
    ...['-jar', plain(jar), `--scan=${degree}`, '--step'],
  ]);
  const [cell] = resultFile.parse(JSON.parse(stdout)).cells;
  expect({ status, stderr, reason: cell?.reason }).toEqual({ status: 0, stderr: '', reason: undefined });
  expect(cell).toMatchObject({ state: 'ok' });
  return scanOf(cell);
}

/** What one run has found and left. */
function scanOf(cell: Cell | undefined) {
  const liveMiB = (phase: PhaseName) =>
    ((cell?.phases[phase]?.liveBytes ?? Number.NaN) - (cell?.phases['baseline']?.liveBytes ?? 0)) / 2 ** 20;
  const { phases, census } = cell ?? {};
  return {
    announced: phases?.['loaded']?.announced,
    loader: phases?.['baseline']?.announced?.['classLoader'],
    inflaters: census?.inflaterBlocks,
    liveMiB,
  };
}

test.each(findJavaHomes())('one package by 2.0.4 on JDK $version: a sixteenth of it; by 2.1.0 nothing', async ({ java }) => {
  const leaky = await scan(await pack('2.0.4.RELEASE'), 'org.springframework.boot', java);
  expect(leaky.announced).toMatchObject(onePackage);
  // Those of the launcher, which reads manifests, are left as well.
  expect(leaky.inflaters).toBeGreaterThan(2_800);
  expect(leaky.inflaters).toBeLessThan(3_300);
  const bytesLeft = leaky.liveMiB('loaded') * 2 ** 20;
  expect(bytesLeft).toBeGreaterThan(2148 * 39_944);
  expect(bytesLeft).toBeLessThan(3_300 * 39_944);
  const fixed = await scan(await pack('2.1.0.RELEASE'), 'org.springframework.boot', java);
  expect(fixed.announced).toMatchObject(onePackage);
  expect(fixed.inflaters).toBeLessThan(1_000);
  expect(fixed.liveMiB('loaded')).toBeLessThan(20);
});

test('2.0.9: two for each class, one of them, never used, left to the GC', async () => {
  const some = await scan(await pack('2.0.9.RELEASE'), 'org.springframework.boot');
  expect(some.announced).toMatchObject(onePackage);
  // Those of the launcher are left as well, a third of them used.
  expect(some.inflaters).toBeGreaterThan(2_900);
  expect(some.inflaters).toBeLessThan(3_800);
  const bytesLeft = some.liveMiB('loaded') * 2 ** 20;
  expect(bytesLeft).toBeGreaterThan(2148 * 7_160);
  expect(bytesLeft).toBeLessThan(2148 * 7_160 * 2.5);
  expect(some.liveMiB('collected')).toBeLessThan(20);
});

/** Its heap is all resident, so what differs is native. */
const residentHeap = [...heap, '-XX:+AlwaysPreTouch'].join(' ');

describe('all classes scanned, started by two versions, as programs that are compared', () => {
  let result: ResultFile;
  const variantOf = async (version: string) =>
    `--variant=boot-${version}: java ${residentHeap} -jar ${plain(await pack(`${version}.RELEASE`))} --scan=all --step`;
  beforeAll(async () => {
    const { status, stdout, stderr } = await offheap([
      ...['compare', '--repeats=1', '--census', '--step', '--settle=100ms', '--format=json', '--quiet'],
      ...[`--results=${join(folder, 'raw.json')}`, await variantOf('2.0.4'), await variantOf('2.1.0')],
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    result = resultFile.parse(JSON.parse(stdout));
  });
  const cellOf = (version: string) => {
    const cell = result.cells.find(({ configuration }) => configuration === `boot-${version}`);
    expect({ state: cell?.state, reason: cell?.reason }).toEqual({ state: 'ok', reason: undefined });
    return scanOf(cell);
  };

  test('2.0.4: an Inflater for each class it opened, all given to free by the GC', () => {
    const all = cellOf('2.0.4');
    expect(all).toMatchObject({ loader: 'org.springframework.boot.loader.LaunchedURLClassLoader', announced: whole });
    expect(all.inflaters).toBeGreaterThan(50_000);
    expect(all.inflaters).toBeLessThan(51_000);
    expect(all.liveMiB('loaded')).toBeGreaterThan(1_850);
    expect(all.liveMiB('collected')).toBeLessThan(20);
  });

  test('2.1.0: what is left are those of the jars, not of the classes', () => {
    const all = cellOf('2.1.0');
    expect(all.announced).toMatchObject(whole);
    expect(all.inflaters).toBeLessThan(1_000);
    expect(all.liveMiB('loaded')).toBeLessThan(40);
  });

  test('2.1.0 settles at hundreds of MiB less, which 2.0.4 had freed and glibc kept', () => {
    expect(result.plan?.reference).toBe('boot-2.0.4');
    const mib = (bytes: number | undefined) => (bytes ?? Number.NaN) / 2 ** 20;
    // An Inflater of 39,944 bytes for each class.
    const liveBytes = (version: string) =>
      result.cells.find(({ configuration }) => configuration === `boot-${version}`)?.phases.loaded?.liveBytes;
    const liveMore = mib(liveBytes('2.0.4')) - mib(liveBytes('2.1.0'));
    expect(liveMore).toBeGreaterThan(1_850);
    expect(liveMore).toBeLessThan(1_950);
    const [reference, ...others] = result.summary;
    expect(reference).not.toHaveProperty('comparison');
    const summary = others.find(({ configuration }) => configuration === 'boot-2.1.0');
    const difference = mib(summary?.comparison?.settledDifferenceBytes.mean);
    expect(difference).toBeLessThan(-500);
    expect(difference).toBeGreaterThan(-900);
    // One round tells a direction, and proves nothing.
    expect(renderRecommendation(result).sentences[0]).toMatch(
      /^Candidate: boot-2\.1\.0\. It settles at .* less than boot-2\.0\.4 per replica; /,
    );
  });
});

test('a version that is no version, or that there is not: a sentence with the cure', async () => {
  expect(await build('../x')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^offheap setup: expected a version of Spring Boot/),
  });
  expect(await build('0.0.1')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/Maven could not pack Spring Boot 0\.0\.1; .*Check the version/),
  });
});
