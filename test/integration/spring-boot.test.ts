import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resultFile } from '../../src/model/result.ts';
import { offheapInTurn } from '../cli/in-turn.ts';

/** How its process starts and ends is no matter here. */
const offheap = offheapInTurn();
const streams = 4001;
/** zlib's state and window of an Inflater that was used, and the state of one that was not, as malloc serves them: usable bytes. */
const [used, unused] = [39_944, 7_160];
/** With C1 alone: C2 compiles the scan in arenas of malloc's, of up to twenty MiB. */
const jitBytes = 4 * 2 ** 20;
const keptByJars = 300;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-boot-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function scan(version: string) {
  const own = [
    '--quiet',
    '--format=json',
    '--settle=100ms',
    '--heap=256m',
    `--results=${join(folder, 'raw.json')}`,
    `--streams=${streams}`,
  ];
  const { status, stdout, stderr } = await offheap([
    'repro',
    '--allocator=quiet=glibc,-XX:TieredStopAtLevel=1',
    '--census',
    `--loader=spring-boot:${version}`,
    ...own,
  ]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const [cell] = resultFile.parse(JSON.parse(stdout)).cells;
  if (!cell) throw new Error('no cell');
  return cell;
}

// The release notes say that 2.0.5 ends its Inflaters. Its stream makes two, and ends one.
test.each([
  ['1.5.14', 1, used],
  ['2.0.4', 1, used],
  ['2.0.5', 1, unused],
  ['2.0.9', 1, unused],
  ['2.1.0', 0, 0],
  ['2.7.18', 0, 0],
  ['3.5.0', 0, 0],
])('Spring Boot %s leaves %d Inflaters and %d bytes of malloc for each closed stream', async (version, inflaters, bytes) => {
  const { phases, census, scenario, state } = await scan(version);
  expect(state).toBe('ok');
  expect(scenario).toMatchObject({ loader: `spring-boot:${version}`, loaderJar: expect.stringContaining(version) });
  expect(phases.loaded?.announced).toMatchObject({ streams, classes: streams });
  const perStream = ((phases.loaded?.liveBytes ?? Number.NaN) - (phases.baseline?.liveBytes ?? Number.NaN)) / streams;
  // 5 %, and what the JIT takes, whatever the loader.
  expect(Math.abs(perStream - bytes)).toBeLessThan(bytes * 0.05 + jitBytes / streams);
  // From 3.2 on a jar keeps some of its Inflaters; the JVM has one for its class path.
  const { inflaterBlocks = Number.NaN } = census ?? {};
  expect(inflaterBlocks).toBeGreaterThanOrEqual(inflaters * streams);
  expect(inflaterBlocks).toBeLessThan(inflaters * streams + keptByJars);
  const collected = ((phases.collected?.liveBytes ?? Number.NaN) - (phases.baseline?.liveBytes ?? Number.NaN)) / 2 ** 20;
  expect(collected).toBeLessThan(jitBytes / 2 ** 20);
});

test('a version that there is not: one sentence with the cure', async () => {
  const { status, stderr } = await offheap(['repro', '--allocator=glibc', '--loader=spring-boot:0.0.1', '--quiet']);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^offheap: Expected the loader of Spring Boot 0\.0\.1\.RELEASE in .*could not be fetched: .*\. Check the version, name a repository by OFFHEAP_MAVEN_REPOSITORY=URL, or put .*\n$/,
  );
  const usage = await offheap(['repro', '--loader=spring-boot:../x']);
  expect(usage).toMatchObject({ status: 2, stderr: expect.stringContaining('leaky, half, fixed, jdk, spring-boot:VERSION') });
});
