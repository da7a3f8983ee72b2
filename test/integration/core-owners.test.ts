import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openJdk } from '../../scripts/jdks/open.mjs';
import { known } from '../../scripts/matrix/known.mjs';
import { compileKnown } from '../../scripts/matrix/program.mjs';
import { coreOwners } from '../../src/api/core-owners.ts';
import { diagnoseFile } from '../../src/api/diagnose-file.ts';
import { OffheapError } from '../../src/model/errors.ts';
import { type OwnersResult, ownersResult } from '../../src/model/owners.ts';
import { withCoreFile } from '../../src/native/core-file.ts';
import { observeOwners } from '../../src/observe/owners.ts';
import { offheap } from '../cli/offheap.ts';
import { listen } from '../corpus/said.ts';
import { endJvm } from '../end-jvm.ts';
import { copied, coresAllowed, freeze, killed, lasting, whyNoCopy, whyNoKernelCore } from '../fixtures/cores.ts';
import { has } from '../skip.ts';
import { copyPrograms } from './java-programs.ts';

const timeoutMs = 300_000;

/** Each collector has a heap of its own make; ZGC with generations, without, and where all of it is mapped three times. */
const usual = [
  { feature: 11, flag: '-XX:+UseSerialGC', writer: 'kernel' },
  { feature: 17, flag: '-XX:+UseG1GC', writer: 'kernel' },
  { feature: 21, flag: '-XX:+UseParallelGC', writer: 'gcore' },
  { feature: 25, flag: '-XX:+UseZGC', writer: 'kernel' },
] as const;
/** Two minutes more, for a change of what reads cores: OFFHEAP_TEST_CORES=all. */
const more = [
  { feature: 17, flag: '-XX:+UseSerialGC', writer: 'gcore' },
  { feature: 17, flag: '-XX:+UseZGC', writer: 'kernel' },
  { feature: 21, flag: '-XX:+UseZGC', writer: 'kernel' },
  { feature: 25, flag: '-XX:+UseG1GC', writer: 'kernel' },
] as const;
const rows = process.env['OFFHEAP_TEST_CORES'] === 'all' ? [...usual, ...more] : usual;

/** So large that nothing is collected, and no larger: gcore writes all of it down. ZGC collects for the first time when a tenth is taken. */
const heapFlagsOf = (collector: string) =>
  collector === '-XX:+UseZGC' ? ['-Xms200m', '-Xmx200m'] : ['-Xms64m', '-Xmx64m', '-Xmn48m'];

let folder: string;
let classes: string;
let end: (() => Promise<void>) | undefined;

beforeAll(() => {
  classes = mkdtempSync(join(tmpdir(), 'offheap-known-'));
  expect(compileKnown(classes)).toBe(true);
  copyPrograms(classes, 'KeepsSome');
  return () => rmSync(classes, { recursive: true });
}, timeoutMs);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offheap-core-owners-'));
});
afterEach(async () => {
  await end?.();
  end = undefined;
  rmSync(folder, { recursive: true });
});

/** 120 MiB of which is known what they are; and 211 Inflaters, of which every seventh is held: what a core tells does not depend on how much there is. */
const [much, little] = [
  { command: ['Known'], ready: '@phase ready' },
  { command: ['KeepsSome', '211', '7'], ready: 'ready 31' },
] as const;
type Program = typeof much | typeof little;

/** Starts a program, and stops it where it stands. */
async function startFrozen(home: string, flag: string, { command: own, ready }: Program): Promise<number> {
  const [command, ...args] = [
    ...coresAllowed(folder),
    join(home, 'bin', 'java'),
    ...heapFlagsOf(flag),
    flag,
    '-XX:TieredStopAtLevel=1',
    '-cp',
    classes,
    ...own,
  ];
  const child = spawn(command, args, { env: { PATH: process.env['PATH'] ?? '' }, stdio: ['pipe', 'pipe', 'inherit'] });
  end = () => endJvm(child);
  const said = listen(child);
  if ((await said.first(ready)) === undefined) throw new Error(`the JVM ended before it was ready${said.failure()}`);
  const pid = child.pid ?? 0;
  await freeze(pid);
  return pid;
}

describe.each(rows)('JDK $feature, $flag, a core by $writer', ({ feature, flag, writer }) => {
  test('tells each owner as the look at the living process does', { timeout: timeoutMs }, async ({ skip }) => {
    const whyNot = writer === 'kernel' ? whyNoKernelCore : whyNoCopy;
    if (whyNot !== undefined) return skip(whyNot);
    const jdk = openJdk(feature);
    if ('reason' in jdk) return skip(jdk.reason);
    const pid = await startFrozen(jdk.home, flag, much);
    const live = await observeOwners(pid, { holders: 2 });
    const core = writer === 'kernel' ? await killed(pid, folder) : copied(pid, folder);
    const dead = await coreOwners(core, { holders: 2 });
    expect(ownersResult.parse(JSON.parse(JSON.stringify(dead)))).toEqual(dead);
    expect(lasting(dead)).toEqual(lasting(live));
    expect(dead.core).toMatchObject({ path: core, isWhole: true, writer: writer === 'kernel' ? 'kernel' : 'debugger' });
    expectKnown(dead);
  });
});

/** In exact numbers; who printed last, or has ended, may have a buffer or an Inflater more. */
function expectKnown({ owners }: OwnersResult): void {
  const inflaters = owners.find(({ name }) => known.inflaterClasses.includes(name));
  const { held, all } = known.inflaters;
  const { heldObjects = 0, waitingObjects = 0, holders = [] } = inflaters?.held ?? {};
  expect(inflaters?.objects).toBe(all);
  expect(heldObjects + waitingObjects).toBe(all);
  expect(heldObjects - held).toBeGreaterThanOrEqual(0);
  expect(heldObjects - held).toBeLessThanOrEqual(known.mostLateDropped);
  expect(holders).toContainEqual(
    expect.objectContaining({ kind: 'static', name: 'Known', field: known.holders.inflaters, heldObjects: 1 }),
  );
  const buffers = owners.find(({ name }) => name === known.bufferClass)?.directBlocks ?? 0;
  expect(buffers - known.buffers).toBeGreaterThanOrEqual(0);
  expect(buffers - known.buffers).toBeLessThanOrEqual(known.mostOwnBuffers);
}

interface Taken {
  core: string;
  live: OwnersResult;
}

/** By the kernel; `filter`: with only that kind of memory in it (core(5)). */
async function takeCore(
  feature: number,
  flag: string,
  { filter, program = little }: { filter?: string; program?: Program } = {},
): Promise<Taken | { reason: string }> {
  const jdk = openJdk(feature);
  if (whyNoKernelCore !== undefined) return { reason: whyNoKernelCore };
  if ('reason' in jdk) return jdk;
  const pid = await startFrozen(jdk.home, flag, program);
  if (filter !== undefined) writeFileSync(`/proc/${pid}/coredump_filter`, filter);
  const live = await observeOwners(pid, { holders: 2 });
  return { live, core: await killed(pid, folder) };
}

const serial = '-XX:+UseSerialGC';
/** What the kernel leaves where nobody asked for more: no contents of files, of which a JVM maps 40 MiB that cannot be compressed. */
const withoutFiles = '0x33';

describe('what a core lacks', () => {
  test('of libjvm.so is read from the file, which has the same build id', { timeout: timeoutMs }, async ({ skip }) => {
    const taken = await takeCore(17, serial, { filter: '0x33' });
    if ('reason' in taken) return skip(taken.reason);
    const dead = await coreOwners(taken.core, { holders: 2 });
    expect(lasting(dead)).toEqual(lasting(taken.live));
    expect(dead.core?.isImageUnchecked).toBeUndefined();
  });

  test('of the beginning of files leaves nothing to check them by, and that is told', { timeout: timeoutMs }, async ({ skip }) => {
    const taken = await takeCore(17, serial, { filter: '0x23' });
    if ('reason' in taken) return skip(taken.reason);
    const dead = await coreOwners(taken.core, { holders: 2 });
    expect(lasting(dead)).toEqual(lasting(taken.live));
    expect(dead.core?.isImageUnchecked).toBe(true);
    const { blindSpots } = await diagnoseFile(taken.core);
    expect(blindSpots).toContainEqual(expect.objectContaining({ instrument: 'owners', code: 'not-checked' }));
    const { stdout } = await offheap(['owners', taken.core]);
    expect(stdout.replaceAll('\n', ' ')).toContain('is of the same build was not checked.');
  });

  test('of the Java heap is told, and nothing is called lost', { timeout: timeoutMs }, async ({ skip }) => {
    // ZGC’s heap is shared memory of no name, which bit 1 asks for.
    const taken = await takeCore(17, '-XX:+UseZGC', { filter: '0x31', program: much });
    if ('reason' in taken) return skip(taken.reason);
    const dead = await coreOwners(taken.core);
    expect(dead.gaps.missedBytes).toBe(taken.live.heap?.usedBytes);
    expect(dead.heap?.readBytes).toBe(0);
    expect(dead.liveBlocks).toBe(taken.live.liveBlocks);
    const { stdout } = await offheap(['owners', taken.core]);
    expect(stdout.replaceAll('\n', ' ')).toContain('such as the Java heap, are not in the core.');
    const { blindSpots } = await diagnoseFile(taken.core);
    expect(blindSpots.find(({ instrument }) => instrument === 'owners')?.reason).toMatch(
      /^[\d,]+ MiB of the Java heap are not in the core/,
    );
  });

  test('no libjvm.so, or another: the expected path is told; blocks are counted all the same', { timeout: timeoutMs }, async ({
    skip,
  }) => {
    const taken = await takeCore(17, serial);
    if ('reason' in taken) return skip(taken.reason);
    const jdk = openJdk(17);
    const other = openJdk(11);
    if ('reason' in jdk || 'reason' in other) return skip('JDK 11 is not here');
    const sysroot = join(folder, 'root');
    const without = await coreOwners(taken.core, { sysroot });
    const image = join(sysroot, realpathSync(join(jdk.home, 'lib/server/libjvm.so')));
    expect(without.whyNoHeap).toMatch(/^expected the JVM’s libjvm\.so at .*libjvm\.so", found none \(--sysroot=FOLDER /);
    expect(without.whyNoHeap).toContain(image);
    expect(without).toMatchObject({ liveBlocks: taken.live.liveBlocks, liveBytes: taken.live.liveBytes });
    mkdirSync(dirname(image), { recursive: true });
    symlinkSync(join(other.home, 'lib/server/libjvm.so'), image);
    const wrong = await coreOwners(taken.core, { sysroot });
    expect(wrong.whyNoHeap).toMatch(/^expected ".*libjvm\.so" to be the libjvm\.so of the core, found one of another build id/);
    // The whole of this machine: C++ classes are named by other files.
    const own = join(folder, 'own');
    symlinkSync('/', own);
    const right = await coreOwners(taken.core, { sysroot: own, holders: 2 });
    expect(lasting(right)).toEqual(lasting(taken.live));
  });
});

test('compressed cores tell the same, in the doctor too; nothing is left behind', { timeout: timeoutMs }, async ({ skip }) => {
  const missing = ['zstd', 'lz4', 'xz', 'gzip'].filter((tool) => !has(tool));
  if (missing.length > 0) return skip(`${missing.join(', ')} are not installed`);
  const left = () => readdirSync(tmpdir()).filter((name) => /^offheap-core-[^t]/.test(name) && !name.includes('owners'));
  const before = left();
  // The fast one has most to do.
  for (const [options, ...tools] of [
    [{ program: much }, ['zstd', '-1']],
    [{ filter: withoutFiles }, ['lz4', '-1'], ['gzip', '-1'], ['xz', '-0']],
  ] as const) {
    const taken = await takeCore(17, serial, options);
    if ('reason' in taken) return skip(taken.reason);
    for (const [tool, level] of tools) {
      const packed = join(folder, `packed.${tool}`);
      const { status } = spawnSync('sh', ['-c', `${tool} ${level} -c "$1" > "$2"`, 'sh', taken.core, packed]);
      expect(status).toBe(0);
      const dead = await coreOwners(packed, { holders: 2 });
      expect(lasting(dead)).toEqual(lasting(taken.live));
      expect(dead.core).toMatchObject({ path: packed, pages: 'content' });
      // The doctor reads what the look at the owners has read; which tool has packed it is nothing to him.
      if (tool === 'zstd') {
        const plainly = await diagnoseFile(taken.core);
        expect(plainly.findings.map(({ code }) => code)).toContain('waiting-for-gc');
        const { findings, malloc } = await diagnoseFile(packed);
        expect(findings.map(({ code }) => code)).toEqual(plainly.findings.map(({ code }) => code));
        expect(malloc?.totals.liveChunks).toBe(plainly.malloc?.totals.liveChunks);
      }
      rmSync(packed);
    }
    rmSync(taken.core);
  }
  expect(left()).toEqual(before);
});

test('cores that were cut, and cores with wrong words in them, end in an answer or a sentence', { timeout: timeoutMs }, async ({
  skip,
}) => {
  const taken = await takeCore(17, serial);
  if ('reason' in taken) return skip(taken.reason);
  const bytes = statSync(taken.core).size;
  const { mappings } = await withCoreFile(taken.core, { budgetMs: 60_000 }, async (file) => file);
  const told = async () => {
    try {
      return (await coreOwners(taken.core, { holders: 2, budgetMs: 20_000 })).liveBlocks;
    } catch (error) {
      expect(error).toBeInstanceOf(OffheapError);
      return (error as Error).message;
    }
  };
  // The same words in each run: a seed, and the minimal standard generator (Park and Miller, 1988).
  let seed = 20_011;
  const random = (most: number) => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed % most;
  };
  const filled = mappings.filter(({ filledBytes, access }) => filledBytes >= 4096 && access?.isWritable);
  for (let round = 0; round < 7; round++) {
    const file = openSync(taken.core, 'r+');
    for (let damage = 0; damage < 2003; damage++) {
      const { dumpedAt, dumpedBytes } = filled[random(filled.length)] ?? { dumpedAt: 0, dumpedBytes: 8 };
      const word = Buffer.alloc(8);
      // A number of any length, or the address of another mapping.
      const address = filled[random(filled.length)]?.start ?? 0;
      word.writeBigUInt64LE(random(2) === 0 ? BigInt(address + 8 * random(512)) : BigInt(random(2 ** 31)) ** 2n);
      writeSync(file, word, 0, 8, dumpedAt + 8 * random(Math.floor(dumpedBytes / 8)));
    }
    closeSync(file);
    await told();
  }
  for (const share of [0.9, 0.6, 0.3, 0.05]) {
    truncateSync(taken.core, Math.floor(bytes * share));
    expect(await told()).toBeDefined();
  }
  truncateSync(taken.core, 100);
  expect(await told()).toMatch(/lacks any memory/);
});

test('commands read a core file, and refuse what needs a process', { timeout: timeoutMs }, async ({ skip }) => {
  const taken = await takeCore(17, serial);
  if ('reason' in taken) return skip(taken.reason);
  const { core, live } = taken;
  const owners = await offheap(['owners', core, '--format=json', '--holders=2']);
  expect(owners.status).toBe(0);
  expect(lasting(ownersResult.parse(JSON.parse(owners.stdout)))).toEqual(lasting(live));
  const histo = await offheap(['histo', core, '--format=json']);
  expect(histo.status).toBe(0);
  expect(JSON.parse(histo.stdout)).toMatchObject({ pid: live.pid, core: { path: core, writer: 'kernel', signal: 'SIGABRT' } });
  expect(await offheap(['owners', core, '--created-by=A'])).toMatchObject({
    status: 2,
    stderr: 'offheap: Expected a running process for --created-by, got a core file. Leave out the option.\n',
  });
  expect(await offheap(['owners', String(process.pid), `--sysroot=${folder}`])).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^offheap: Expected a core file for --sysroot, got a process/),
  });
});
