import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectAllocator } from '../../../src/allocators/detect.ts';
import { toResult } from '../../../src/doctor/examine.ts';
import { Exposition } from '../../../src/exporter/exposition.ts';
import { largestOwners } from '../../../src/exporter/largest-owners.ts';
import type { Evidence } from '../../../src/model/doctor.ts';
import { OffheapError } from '../../../src/model/errors.ts';
import type { FitResult } from '../../../src/model/fit.ts';
import type { GuardReport } from '../../../src/model/guard.ts';
import { printable, printableValues } from '../../../src/model/printable.ts';
import type { ResultFile } from '../../../src/model/result.ts';
import { toFacts } from '../../../src/observe/jvm.ts';
import { toJvmEvidence } from '../../../src/observe/jvm-evidence.ts';
import { divideRss } from '../../../src/observe/regions/divide.ts';
import { parseCollapsedStacks } from '../../../src/parse/collapsed-stacks.ts';
import { nameCommand } from '../../../src/parse/java-command.ts';
import { TimeSlices } from '../../../src/process/time-slices.ts';
import { doctorReporters } from '../../../src/reporters/doctor.ts';
import { renderFit } from '../../../src/reporters/fit.ts';
import { renderAnnotations, renderGuard } from '../../../src/reporters/guard.ts';
import { renderDoctorComparison } from '../../../src/reporters/html/doctor-comparison.ts';
import { renderJunit } from '../../../src/reporters/junit.ts';
import { reporters } from '../../../src/reporters/reporter.ts';
import { renderFrame } from '../../../src/reporters/watch/frame.ts';
import { renderWatchLine } from '../../../src/reporters/watch/line.ts';
import { toStackTree } from '../../../src/stats/stack-tree.ts';
import { cellOf, phasesOf, resultOf } from '../../fixtures/cells.ts';
import { evidenceOf, mib } from '../../fixtures/evidence.ts';
import { parseSmaps } from '../../fixtures/parse-smaps.ts';
import { plainText } from '../../fixtures/terminal.ts';
import { expectPrintable, hostileName, hostileWord } from '../hostile.ts';

const options = { ...plainText, assets: () => ({ script: '', style: '', licences: '' }) };
const runs = { numRuns: 200 };

describe('printable()', () => {
  test.each([
    ['an escape of a terminal', '\x1b[31m', '\\u{1b}[31m'],
    ['a control of the second set', '\x9b', '\\u{9b}'],
    ['an override of direction', 'a\u202etxt.exe', 'a\\u{202e}txt.exe'],
    ['a line separator', '\u2028', '\\u{2028}'],
    ['no width', 'a\u200bb', 'a\\u{200b}b'],
    ['half a pair', '\ud800', '\\u{d800}'],
    ['a tag', '\u{e0041}', '\\u{e0041}'],
    ['a letter with an accent, and an emoji', 'é😀', 'é😀'],
  ])('%s', (_, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test('what is printable already is the same object, however deep', () => {
    const value = { names: ['a', { b: 'c' }], figures: [1, Number.NaN, null] };
    expect(printableValues(value)).toBe(value);
    expect(printableValues({ 'a\n': [1, { b: '\r' }] })).toEqual({ 'a\\u{a}': [1, { b: '\\u{d}' }] });
  });
});

/** Evidence by the parsers, of a process in which whatever has a name has this one. */
async function evidenceNamed(name: string, word: string): Promise<Evidence> {
  // As the kernel writes it: of a newline the number.
  const path = `/tmp/${name.replaceAll('\n', '\\012')}`;
  const smaps = ['', '.so', '.jsa'].map(
    (suffix, index) => `${(index + 1) * 1000000}-${(index + 2) * 1000000} r--s 00000000 08:01 7 ${path}${suffix}\nRss: 8192 kB\n`,
  );
  const answers = new Map([
    ['VM.version', `JDK ${word}\n`],
    ['VM.flags', `-XX:${word}\n`],
    ['VM.info', `# Java VM: ${name.replaceAll('\n', '')} (x)\n`],
    ['VM.native_memory summary scale=1', `Total: reserved=1, committed=1\n- ${word} (reserved=1, committed=1)\n`],
    ['Thread.print', `"${name.replaceAll('\n', '')}" #1 nid=7 runnable [0x0000000001000000]\n`],
    ['GC.class_histogram -all', ` 1: 20000 9000 ${word}\n 2: 20000 9000 java.util.zip.Inflater\n`],
  ]);
  const facts = toFacts({ texts: answers, commands: new Set(), tooLong: [word] });
  const mappings = parseSmaps(smaps.join(''));
  const allocator = detectAllocator({
    mappedFiles: [`${path}/libjemalloc.so.2`],
    environment: new Map([
      ['LD_PRELOAD', 'libjemalloc.so.2'],
      ['MALLOC_CONF', name],
    ]),
  });
  const { regions } = await divideRss(
    {
      ...{ mappings, threads: [], jvm: facts, inspection: undefined },
      ...{ allocator: allocator.name, memoryDevices: new Set<string>(), isJvm: true },
    },
    () => 0,
    new TimeSlices(),
  );
  expect(regions.flatMap(({ largest }) => largest).length).toBeGreaterThan(1);
  const jvm = toJvmEvidence(facts, { heapRss: undefined, counters: undefined });
  expect(jvm?.histogram?.top.length).toBe(2);
  const command = [printable(name)];
  return evidenceOf({ command, regions, allocator, rssBytes: mib(24), ...(jvm ? { jvm } : {}) });
}

describe('nothing that anybody calls anything reaches the terminal, the file or the page as it is:', () => {
  test.each(['table', 'markdown', 'html', 'json'] as const)('the doctor’s %s', async (format) => {
    await fc.assert(
      fc.asyncProperty(hostileName, hostileWord, async (name, word) => {
        const evidence = await evidenceNamed(name, word);
        const recorded = parseCollapsedStacks(`${name.replaceAll('\n', '')};f 9\n`);
        const stacks = { bytes: 9, top: recorded, tree: toStackTree(recorded), intervalMs: 1 };
        const files = { collapsedFile: '/a', flameGraphFile: '/b' };
        expectPrintable(doctorReporters[format]({ ...toResult(evidence, 1), stacks: { ...stacks, ...files } }, options));
      }),
      runs,
    );
  });

  test('the page of two results of the doctor', async () => {
    await fc.assert(
      fc.asyncProperty(hostileName, hostileWord, async (name, word) => {
        const before = toResult(await evidenceNamed(name, word), 1);
        const after = toResult(await evidenceNamed(`${name}2`, word), 1);
        expectPrintable(renderDoctorComparison({ before, after, files: { before, after } }, options));
      }),
      runs,
    );
  });

  test.each(['table', 'markdown', 'html', 'json', 'csv'] as const)('the %s of a result', (format) => {
    fc.assert(
      fc.property(hostileName, (name) => expectPrintable(reporters[format](resultNamed(name), options))),
      runs,
    );
  });

  test('guard, its annotations, and JUnit', () => {
    fc.assert(
      fc.property(hostileName, (name) => {
        const bound = { quantity: name, isMetric: true, kind: 'max', limit: 1, unit: 'count' } as const;
        const verdicts: GuardReport['verdicts'] = [{ bound, measured: undefined, state: 'unknown', reason: name }];
        const report: GuardReport = { schemaVersion: 1, configuration: name, command: [name], state: 'ok', verdicts };
        for (const render of [renderGuard, renderAnnotations, renderJunit]) {
          expectPrintable(render(report));
          expectPrintable(render({ ...report, state: 'failed', reason: name, verdicts: [] }));
        }
      }),
      runs,
    );
  });

  test('the limits of fit', () => {
    fc.assert(
      fc.property(hostileName, (name) => expectPrintable(renderFit(fitNamed(name), plainText))),
      runs,
    );
  });

  test('a frame of watch, and its line', async () => {
    await fc.assert(
      fc.asyncProperty(hostileName, hostileWord, async (name, word) => {
        const evidence = await evidenceNamed(name, word);
        const thread = { tid: 7, name, calls: 1, liveAllocations: 1, liveUsableBytes: mib(9), totalRequestedBytes: 1 };
        const glance = {
          pid: 7,
          command: [name],
          rssBytes: 1,
          rss: { samples: [{ atMs: 1, bytes: 1 }] },
          threads: [thread],
          problem: name,
        };
        const look = { evidence, verdict: name, isProblem: true, ageMs: 1, durationMs: 1 };
        const owner = { kind: 'java' as const, name, directBlocks: 1, directBytes: 9, blocks: 1, bytes: 9, share: 1 };
        const owned = { owners: [owner], liveBlocks: 1, liveBytes: 9, whyNoHeap: name, ageMs: 1, durationMs: 1 };
        const glances = [glance, { ...glance, look }, { ...glance, owners: { look: owned, problem: name } }];
        const view = { glances, intervalMs: 200, message: name, armed: undefined, showsKeys: false };
        for (const focus of [0, 1, 2])
          renderFrame({ ...view, focus, showsOwners: focus === 2 }, { width: 200, height: 60, color: false }).forEach(
            expectOneLine,
          );
        expectPrintable(renderWatchLine(glance));
      }),
      runs,
    );
  });

  test('what Prometheus scrapes', async () => {
    await fc.assert(
      fc.asyncProperty(hostileName, async (name) => {
        const exposition = new Exposition();
        const command = nameCommand(['java', '-jar', name], true);
        const subject = { pid: 7, startTimeTicks: 1, argv: [name], command, isJvm: true, place: {}, memory: {} };
        const turn = { dueAt: 0, failures: 0, expectedMs: 20, isTried: false };
        const figures = {
          takenAtMs: 0,
          rssBytes: 1,
          swapBytes: 0,
          hugeBytes: 0,
          lazyFreeBytes: 0,
          hugetlbBytes: 0,
          regions: [],
          allocator: 'glibc' as const,
        };
        const look = { ...figures, threads: new Map([[name, 5]]) };
        const owned = { turn, look: { takenAtMs: 0, owners: largestOwners([{ kind: 'java', name, bytes: 9 }], 9) } };
        exposition.fill([{ subject: { ...subject, turn, look, owned }, rssBytes: 4096, liveBytes: 9, isLiveWithheld: false }]);
        expectPrintable(String((await exposition.render('openmetrics')).bytes));
      }),
      runs,
    );
  });

  test('an error', () => {
    fc.assert(
      fc.property(hostileName, (name) => {
        const { message } = new OffheapError('USAGE', name);
        expect(message).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
      runs,
    );
  });
});

function expectOneLine(line: string): void {
  expectPrintable(line);
  expect(line).not.toContain('\n');
}

/** Every text that a program, its load or the user may choose. */
function resultNamed(name: string): ResultFile {
  const stacks = { bytes: mib(50), top: [{ bytes: mib(40), frames: [name] }], collapsedFile: name, flameGraphFile: name };
  const scenario = { name: 'command', command: [name], gc: false, settleMs: 1, ready: { kind: 'log', pattern: name } } as never;
  const cells = [
    cellOf({ configuration: name, scenario, phases: phasesOf({ baseline: 100, loaded: [200, 60], settled: 200 }), stacks }),
    cellOf({
      configuration: `${name}2`,
      scenario,
      state: 'failed',
      reason: name,
      notes: [name],
      command: [name],
      metrics: { [name]: { value: 1 } },
    }),
    cellOf({ configuration: 'glibc', scenario, liveWithdrawn: name }),
  ];
  const provenance = {
    verified: false,
    problems: [name],
    preloaded: [name],
    allocatorLibrary: name,
    environment: { [name]: name },
  };
  const proven = cells.map((cell) => ({ ...cell, provenance: { ...provenance, readBack: { [name]: name }, jvmFlags: [name] } }));
  const result = resultOf(cells.map((cell) => ({ ...cell, scenario: cellOf({}).scenario })));
  return { ...result, host: { ...result.host, kernel: name, libc: name }, cells: proven };
}

function fitNamed(name: string): FitResult {
  const { host } = resultOf([]);
  const settings = { env: {}, jvmFlags: [] };
  return {
    ...{
      schemaVersion: 1,
      kind: 'fit',
      tool: { name: 'offheap', version: '0' },
      startedAt: '2026-01-02T03:04:05Z',
      complete: true,
    },
    host: { ...host, libc: name },
    limits: { kind: 'cgroup', version: 2, folder: name },
    plan: {
      scenario: cellOf({}).scenario,
      configurations: [{ key: name, allocator: 'glibc', settings }],
      ...{ reference: name, repeats: 1, resolutionBytes: mib(1), maxSlowdown: 2, timeoutMs: 1 },
    },
    configurations: [{ configuration: name, state: 'failed', reason: name, attempts: [] }],
  };
}
