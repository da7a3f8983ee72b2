import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { resultFile } from '../../src/model/result.ts';
import { observeOwners } from '../../src/observe/owners.ts';
import { parseNmtSummary } from '../../src/parse/nmt.ts';
import { startOffheap } from '../cli/offheap.ts';
import { plain } from '../fixtures/preload.ts';
import { ownersCases } from '../owners/cases.ts';
import { compileMoreOwners, compileOwners } from '../owners/compile.ts';
import { climbsFor, judgeOwners } from '../owners/judge.ts';
import { type Running, startOwnersCase, whyNot } from '../owners/start.ts';
import { findJavaHomes } from './java-homes.ts';

const jdks = new Map(findJavaHomes().map(({ java, version }) => [Number.parseInt(version, 10), dirname(dirname(java))]));
/** npm run corpus:owners judges all of them, on each of their JDKs. */
const quick = ownersCases.filter(({ inSuite }) => inSuite);

let running: Running | undefined;
beforeAll(() => {
  compileOwners();
  compileMoreOwners(jdks.get(25));
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

test.for(quick)('who owns what: $name', async (one, { skip }) => {
  const home = jdks.get(one.jdks[0] ?? 0);
  const reason = whyNot(one, home);
  if (home === undefined || reason !== undefined) return skip(reason);
  running = await startOwnersCase(one, home, plain);
  const found = await observeOwners(running.pid, { holders: climbsFor(running.truth) });
  const told = judgeOwners(running.truth, found, one.loses === true);
  expect(told.filter(({ isRight }) => !isRight)).toEqual([]);
});

test('what a thread-local has is held, also behind an object of its own', async ({ skip }) => {
  const home = jdks.get(17);
  const one = ownersCases.find(({ java }) => java === 'ThreadLocals');
  const reason = one ? whyNot(one, home) : 'it has another name';
  if (home === undefined || one === undefined || reason !== undefined) return skip(reason);
  running = await startOwnersCase(one, home, plain);
  const { owners } = await observeOwners(running.pid, { holders: 2 });
  // ThreadLocalMap's entry is a weak reference to the thread-local, and has the buffers of its thread, or an array of codecs.
  for (const name of ['java.nio.DirectByteBuffer', 'NativeCodec']) {
    const { held } = owners.find((owner) => owner.name === name) ?? {};
    expect(held).toMatchObject({ heldObjects: held?.objects, waitingObjects: 0 });
  }
});

/** Of JniLeak: each block has its number in all of its bytes. */
test('what lost blocks of a library hold, where it is asked for', async ({ skip }) => {
  const home = jdks.get(17);
  const one = ownersCases.find(({ java }) => java === 'JniLeak');
  const reason = one ? whyNot(one, home) : 'it has another name';
  if (home === undefined || one === undefined || reason !== undefined) return skip(reason);
  running = await startOwnersCase(one, home, plain);
  const [{ contents = [] } = {}] = (await observeOwners(running.pid, { peek: true })).unowned.sizes;
  expect(contents).toHaveLength(3);
  for (const { hex } of contents) expect(hex).toMatch(/^([0-9a-f]{2})\1{63}$/);
});

/** Of which the JVM has enough that a few more or less are no matter. */
const leastBlocks = 100;

test.for(['17', '25'])('the JVM’s blocks have the categories that jcmd tells, JDK %s', async (feature, { skip }) => {
  const home = jdks.get(Number(feature));
  const one = ownersCases.find(({ name }) => name === 'direct buffers, with NMT');
  const reason = one ? whyNot(one, home) : 'it has another name';
  if (home === undefined || one === undefined || reason !== undefined) return skip(reason);
  running = await startOwnersCase(one, home, plain);
  const { owners } = await observeOwners(running.pid);
  const { stdout } = await execa(join(home, 'bin', 'jcmd'), [String(running.pid), 'VM.native_memory', 'summary', 'scale=1']);
  const told = parseNmtSummary(stdout)?.categories ?? [];
  const categories = owners.find(({ kind }) => kind === 'jvm')?.categories ?? [];
  const compared = categories.filter(({ blocks }) => blocks >= leastBlocks);
  expect(compared.map(({ name }) => name)).toEqual(expect.arrayContaining(['Symbol', 'Class', 'Module', 'Code', 'Internal']));
  for (const { name, blocks } of compared) {
    const { mallocCount = Number.NaN } = told.find((category) => category.name === name) ?? {};
    expect(Math.abs(blocks - mallocCount), `${name}: ${blocks} blocks, ${mallocCount} by jcmd`).toBeLessThan(
      mallocCount * 0.03 + 10,
    );
  }
});

/** C2 compiles the scan in arenas of malloc's, of several MiB. */
const quiet = '--allocator=quiet=glibc,-XX:TieredStopAtLevel=1';
/** The JVM's own, for its class path. */
const ownInflaters = 3;

describe.each(findJavaHomes())('the reproducer that is held at scanned, JDK $version', ({ java }) => {
  test('its Inflaters own the burst, each of them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'offheap-owners-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const results = join(folder, 'raw.json');
    const own = ['--quiet', '--streams=8009', `--results=${results}`, `--java=${dirname(dirname(java))}`];
    const { child, finished } = startOffheap(['repro', quiet, '--hold=scanned', ...own]);
    let pid = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      pid = Number(/^@hold pid=(\d+)$/.exec(line)?.[1]);
      break;
    }
    const { owners } = await observeOwners(pid, { holders: 1 }).finally(() => child.kill('SIGINT'));
    expect((await finished).status).toBe(0);
    const [cell] = resultFile.parse(JSON.parse(readFileSync(results, 'utf8'))).cells;
    const { baseline, loaded, ...later } = cell?.phases ?? {};
    expect(later).toEqual({});
    const opened = Number(loaded?.announced?.['openInflaters']);
    const [first] = owners;
    expect(first?.name).toBe('java.util.zip.Inflater$InflaterZStreamRef');
    expect(first?.objects).toBeGreaterThanOrEqual(opened);
    expect(first?.objects).toBeLessThanOrEqual(opened + ownInflaters);
    const burst = (loaded?.liveBytes ?? Number.NaN) - (baseline?.liveBytes ?? Number.NaN);
    expect(first?.bytes).toBeGreaterThan(burst * 0.99);
    // The ledger of the reproducer has all of them, but when the Inflater is garbage its Cleaner frees what is behind it.
    const { held } = first ?? {};
    expect(held?.waitingObjects).toBeGreaterThan(opened * 0.99);
    expect(held?.holders).toContainEqual(
      expect.objectContaining({ level: 1, kind: 'strong', name: 'java.util.zip.Inflater', field: 'zsRef' }),
    );
  });
});
