import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judgeHsErr } from '../../../src/doctor/dead/judge-hs-err.ts';
import type { DeadResult } from '../../../src/model/dead.ts';
import { readHsErr } from '../../../src/observe/dead/hs-err.ts';
import { recognise } from '../../../src/observe/dead/recognise.ts';
import { deadReporters } from '../../../src/reporters/dead.ts';

const kiB = 1024;
const read = (name: string) => readFileSync(new URL(`../../fixtures/dead/${name}`, import.meta.url), 'utf8');
async function judge(name: string) {
  const death = await readHsErr(read(name));
  return judgeHsErr(death, { isWhole: death.head.isWhole });
}
const codesOf = ({ findings }: Pick<DeadResult, 'findings'>) => findings.map(({ code }) => code);
const committedOf = ({ memory }: Pick<DeadResult, 'memory'>, kind: string) =>
  memory?.parts.find((part) => part.kind === kind)?.committedBytes;

describe('what a file is', () => {
  test('is told by its beginning', () => {
    expect(recognise(Buffer.from(read('hs_err-8-data.log')))).toBe('hs_err');
    expect(recognise(Buffer.from('FLR\0\0\u0002'))).toBe('jfr');
    expect(recognise(Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x04\0', 'latin1'))).toBe('core');
    expect(recognise(Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0', 'latin1'))).toBeUndefined();
    expect(recognise(Buffer.from('#\n# A shell script\n'))).toBeUndefined();
    expect(recognise(Buffer.alloc(0))).toBeUndefined();
  });
});

describe('error reports of JVMs under a limit', () => {
  test('JDK 8: ulimit -v, and who held it by NMT', async () => {
    const result = await judge('hs_err-8-address-space.log');
    expect(codesOf(result)).toEqual(['address-space-limit', 'direct-buffers']);
    expect(result.findings.map(({ severity }) => severity)).toEqual(['problem', 'notice']);
    expect(result.process).toMatchObject({ pid: expect.any(Number), jdk: '8.0_514', allocator: 'glibc', threads: 9 });
    expect(result.process.command).toEqual(expect.arrayContaining(['-Xmx256m', 'Dies', 'blocks', '64']));
    expect(result.failure).toMatchObject({ kind: 'native', way: 'malloc', purpose: 'AllocateHeap', outOfMemoryErrors: 13 });
    expect(result.verdict).toContain('Java code had got 13 OutOfMemoryErrors before.');
    expect(result.limits?.addressSpaceBytes).toBe(3_000_000 * kiB);
    expect(result.memory?.virtualBytes).toBe(3_000_000 * kiB);
    expect(result.memory?.rssBytes).toBeUndefined();
    expect(result.jvm?.nmt?.totalCommittedBytes).toBe(1_017_657 * kiB);
    expect(result.blindSpots.map(({ instrument }) => instrument)).toContain('RSS');
  });

  test('JDK 8 does not tell ulimit -d, nor what malloc had: the doctor says so', async () => {
    const result = await judge('hs_err-8-data.log');
    expect(codesOf(result)).toEqual(['allocation-refused', 'unnamed-memory']);
    expect(result.blindSpots.map(({ instrument }) => instrument)).toContain('ulimit -d');
  });

  test.each([
    ['hs_err-11-address-space.log', '11.0.33.1+1', ['address-space-limit', 'live-malloc']],
    ['hs_err-17-data.log', '17.0.15+6', ['data-limit', 'live-malloc']],
    ['hs_err-21-address-space.log', '21.0.13.1+2', ['address-space-limit', 'direct-buffers']],
    ['hs_err-25-address-space.log', '25.0.3+9', ['address-space-limit', 'direct-buffers']],
  ])('%s', async (name, jdk, codes) => {
    const result = await judge(name);
    expect(codesOf(result)).toEqual(codes);
    expect(result.process).toMatchObject({ jdk, allocator: 'glibc' });
    expect(result.jvm).toMatchObject({ collector: 'G1', heap: { reservedBytes: 256 * kiB ** 2, committedBytes: 256 * kiB ** 2 } });
    expect(committedOf(result, 'java heap')).toBe(256 * kiB ** 2);
    expect(result.memory?.rssBytes).toBeGreaterThan(200 * kiB ** 2);
    expect(result.memory?.peakRssBytes).toBeGreaterThanOrEqual(result.memory?.rssBytes ?? 0);
    const sum = result.memory?.parts.reduce((all, { committedBytes }) => all + committedBytes, 0);
    expect(sum).toBe(result.memory?.committedBytes);
    expect(result.process.uptimeMs).toBeGreaterThan(500);
    expect(result.process.flags).toContain('-XX:MaxHeapSize=268435456');
    // Of JDK 25 the sizes are in another section.
    expect(result.jvm?.metaspace?.committedBytes).toBeGreaterThan(0);
  });

  test('a limit of threads, of which a JVM that has only begun tells none', async () => {
    const { findings, failure } = await judge('hs_err-11-threads.log');
    expect(failure).toEqual({ kind: 'native', way: 'thread', message: 'Cannot create worker GC thread. Out of system resources.' });
    expect(findings[0]).toMatchObject({ code: 'thread-limit', severity: 'problem' });
    expect(findings[0]?.summary).toBe(
      'The JVM ended because it could not start a thread: Cannot create worker GC thread. Out of system resources. It had reached the limit of threads of its user (ulimit -u): 3.',
    );
  });

  test('a heap that is larger than the machine', async () => {
    const { findings, failure, verdict } = await judge('hs_err-25-machine.log');
    expect(findings[0]).toMatchObject({ code: 'host-memory', severity: 'problem' });
    expect(failure).toMatchObject({ way: 'mmap', askedBytes: 60 * kiB ** 3, purpose: 'committing reserved memory' });
    expect(findings[0]?.fixes[0]).toMatchObject({ jvmFlags: ['-Xmx12052m'] });
    expect(verdict).toContain('That is more than the machine has of memory and swap, 24,105 MiB');
  });
});

describe('other ends', () => {
  test('metaspace that is full, with -XX:+CrashOnOutOfMemoryError', async () => {
    const { findings, failure, jvm } = await judge('hs_err-17-metaspace.log');
    expect(findings[0]?.code).toBe('metaspace-full');
    expect(failure).toEqual({ kind: 'java', message: 'Metaspace' });
    expect(jvm?.metaspace?.committedBytes).toBe(32 * kiB ** 2);
  });

  test('a crash', async () => {
    const { findings, failure, verdict } = await judge('hs_err-17-crash.log');
    expect(findings.map(({ code }) => code)).toEqual(['crash']);
    expect(failure).toMatchObject({ kind: 'crash', frame: expect.stringContaining('Unsafe_PutLong') });
    expect(verdict).toMatch(/^The JVM crashed in V .*: SIGSEGV \(0xb\) at pc=0x[0-9a-f]+\. It is no want of memory/);
  });

  test('a report that was cut has no end, and is judged by what there is', async () => {
    const text = read('hs_err-17-data.log');
    const death = await readHsErr(text.slice(0, text.indexOf('Dynamic libraries:')));
    expect(death.head.isWhole).toBe(false);
    const { blindSpots, findings, memory } = judgeHsErr(death, { isWhole: false });
    expect(findings[0]?.code).toBe('allocation-refused');
    expect(memory?.parts).toEqual([]);
    expect(blindSpots.map(({ instrument }) => instrument)).toEqual(expect.arrayContaining(['error report', 'memory map']));
  });
});

describe('each format', () => {
  const options = { color: false, width: 100, tableWidth: 100, assets: () => ({ script: '', style: '', licences: '' }) };

  test('names the process, the limit and the parts', async () => {
    const judged = await judge('hs_err-17-data.log');
    const result: DeadResult = {
      ...{ kind: 'after-death', schemaVersion: 1, tool: { name: 'offheap', version: '0' }, durationMs: 1 },
      source: { kind: 'hs_err', path: 'hs_err.log', bytes: 1, isWhole: true },
      ...judged,
    };
    const table = deadReporters.table(result, options);
    expect(table).toMatch(/^Dies \(pid \d+\): JDK 17\.0\.15\+6, G1, glibc, 18 threads, was up 2 s, ended /);
    expect(table).toMatch(/│ data \(ulimit -d\) +│ 1,465 MiB │ +1,465 MiB │/);
    expect(table).toMatch(/│ java heap +│ +256 │/);
    expect(deadReporters.markdown(result)).toContain('### problem: data-limit');
    expect(deadReporters.html(result, options)).toContain('<h2 id="parts">The memory map</h2>');
    expect(JSON.parse(deadReporters.json(result))).toEqual(result);
  });

  test('as docs/after-death.md shows it', async () => {
    const page = readFileSync(new URL('../../../docs/after-death.md', import.meta.url), 'utf8');
    const [, name = '', block = ''] = /^```\n\$ offheap doctor (\S+)\n([\s\S]*?)\n```$/m.exec(page) ?? [];
    const text = read(name);
    const death = await readHsErr(text);
    const table = deadReporters.table(
      {
        ...{ kind: 'after-death', schemaVersion: 1, tool: { name: 'offheap', version: '0' }, durationMs: 1 },
        source: { kind: 'hs_err', path: name, bytes: text.length, isWhole: true },
        ...judgeHsErr(death, { isWhole: true }),
      },
      options,
    );
    expect(block.split('\n…').length).toBeGreaterThan(1);
    for (const part of block.split('\n…')) expect(table).toContain(part.trim());
  });
});
