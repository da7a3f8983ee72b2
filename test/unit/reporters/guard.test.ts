import { describe, expect, test } from 'vitest';
import type { GuardReport } from '../../../src/model/guard.ts';
import { renderAnnotations, renderGuard } from '../../../src/reporters/guard.ts';
import { renderGuardMarkdown } from '../../../src/reporters/guard-markdown.ts';
import { renderJunit } from '../../../src/reporters/junit.ts';
import { pasteLines } from '../../../src/reporters/paste-lines.ts';

const bytes = 64 * 2 ** 20;
const report: GuardReport = {
  ...{ schemaVersion: 1, configuration: 'glibc', command: ['java', '-jar', 'a.jar'], state: 'ok' },
  verdicts: [
    { bound: { quantity: 'settled', isMetric: false, kind: 'max', unit: 'bytes', limit: bytes }, measured: bytes, state: 'kept' },
    {
      bound: { quantity: 'retained', isMetric: false, kind: 'max', unit: 'bytes', limit: bytes },
      measured: 2 * bytes,
      state: 'broken',
    },
    {
      bound: { quantity: 'growth', isMetric: false, kind: 'max', unit: 'bytesPerMinute', limit: 2 ** 20 },
      measured: undefined,
      state: 'unknown',
    },
    { bound: { quantity: 'p99', isMetric: true, kind: 'max', unit: 'count', limit: 3 }, measured: 2.5, state: 'kept' },
  ],
};

test('a line per bound, the broken ones first', () => {
  expect(renderGuard(report)).toBe(
    [
      'java -jar a.jar on glibc',
      'broken   retained 128 MiB breaks --max-retained=64 MiB',
      'unknown  growth was not measured, so nobody knows whether --max-growth=1 MiB/min is kept',
      'kept     settled 64 MiB keeps --max-settled=64 MiB',
      'kept     p99 2.5 keeps --max-metric p99=3',
      '',
    ].join('\n'),
  );
});

test('annotations, of what is not kept alone, on one line each', () => {
  expect(renderAnnotations(report).split('\n')).toEqual([
    '::error title=offheap guard::retained 128 MiB breaks --max-retained=64 MiB',
    expect.stringMatching(/^::error title=offheap guard::growth was not measured/),
    '',
  ]);
  expect(renderAnnotations({ ...report, state: 'failed', reason: '50 % done\nthen died' })).toBe(
    '::error title=offheap guard::failed. 50 %25 done%0Athen died\n',
  );
});

test('JUnit: a case per bound, whatever the program said is escaped, and what XML forbids is a number', () => {
  expect(renderJunit(report)).toContain('tests="4" failures="1" errors="1">');
  const failed = renderJunit({ ...report, state: 'failed', reason: '<a> & "b" \u001b[31m\u0000\ud800 end' });
  expect(failed).toContain('tests="1" failures="0" errors="1">');
  expect(failed).toContain('message="failed. &lt;a&gt; &amp; &quot;b&quot; \\u{1b}[31m\\u{0}\\u{d800} end"/>');
});

describe('with a baseline', () => {
  const mib = 2 ** 20;
  const common = { isMetric: false, better: 'lower', unit: 'bytes', allowedShare: 0.05 } as const;
  const sides = { baseline: { median: 400 * mib, runs: [399, 400, 407].map((size) => size * mib) }, allowed: 20 * mib };
  const measuredAt = (size: number) => ({ median: size * mib, runs: [size * mib, size * mib, size * mib] });
  const compared: GuardReport = {
    ...{ ...report, repeats: 3 },
    verdicts: [
      {
        bound: { quantity: 'settled', isMetric: false, kind: 'max', unit: 'bytes', limit: 500 * mib },
        ...{ measured: 440 * mib, runs: [430 * mib, 440 * mib, 470 * mib], state: 'kept' },
      },
    ],
    baseline: { startedAt: '2026-01-02T03:04:05.678Z', runs: 3, cautions: ['Another kernel: 6.8.0; the baseline has 6.1.0.'] },
    regressions: [
      {
        ...{ ...common, ...sides, quantity: 'settled', measured: measuredAt(440), state: 'broken' },
        difference: { estimate: 40 * mib, low: 33 * mib, high: 41 * mib },
      },
      {
        ...{ ...common, ...sides, quantity: 'peak', measured: measuredAt(419), state: 'undecided' },
        difference: { estimate: 19 * mib, low: -4 * mib, high: 44 * mib },
        reason: 'if the difference stays, about 7 runs on both sides decide',
      },
      {
        ...{ ...common, quantity: 'retained', measured: measuredAt(2), state: 'kept', allowed: mib },
        baseline: { median: mib, runs: [mib] },
        difference: { estimate: mib },
      },
      { ...common, quantity: 'live', state: 'unknown', reason: 'the baseline has no live' },
    ],
  };

  test('the runs, what has changed besides, and a line for each quantity', () => {
    expect(renderGuard(compared)).toBe(
      [
        'java -jar a.jar on glibc, 3 runs',
        'baseline of 2026-01-02T03:04:05Z, 3 runs',
        'Another kernel: 6.8.0; the baseline has 6.1.0.',
        'broken     settled +10 % [+8.3 %, +10.3 %]: 440 MiB, baseline 400 MiB, breaks --max-regression=settled=5 %',
        'unknown    live cannot be compared (--max-regression=live=5 %): the baseline has no live',
        'undecided  peak +4.8 % [-1 %, +11 %]: 419 MiB, baseline 400 MiB, may keep or break --max-regression=peak=5 %: if the difference stays, about 7 runs on both sides decide',
        'kept       settled 440 MiB (median of 3, 430 MiB to 470 MiB) keeps --max-settled=500 MiB',
        'kept       retained +1 MiB (one run, no interval): 2 MiB, baseline 1 MiB, keeps --max-regression=retained=5 % (1 MiB is no change)',
        '',
      ].join('\n'),
    );
  });

  test('annotations and JUnit: what is undecided is an error, as what is unknown', () => {
    expect(renderAnnotations(compared).match(/^::error title=offheap guard::(settled|live|peak) /gm)).toHaveLength(3);
    const xml = renderJunit(compared);
    expect(xml).toContain('tests="5" failures="1" errors="2">');
    expect(xml).toContain('name="--max-regression=settled=5 %"><failure message="settled +10 % ');
    expect(xml).toContain('name="--max-regression=peak=5 %"><error message="peak +4.8 % ');
  });

  test('Markdown: a table, for the summary of a job', () => {
    expect(renderGuardMarkdown(compared).split('\n').slice(0, 7)).toEqual([
      '`java -jar a.jar` on glibc, 3 runs',
      '',
      '- baseline of 2026-01-02T03:04:05Z, 3 runs',
      '- Another kernel: 6.8.0; the baseline has 6.1.0.',
      '',
      expect.stringMatching(/^\| state +\| verdict +\|$/),
      expect.stringMatching(/^\| -+ \| -+ \|$/),
    ]);
    expect(renderGuardMarkdown(compared)).toMatch(/^\| \*\*broken\*\* +\| settled \+10 % /m);
    expect(renderGuardMarkdown({ ...report, command: ['`a|b`'], state: 'failed', reason: 'gone' })).toBe(
      "`'a|b'` on glibc\n\n**failed**. gone\n",
    );
  });
});

test('lines to paste, quoted for where they go', () => {
  expect(
    pasteLines({ environment: { A: 'x"y' }, jvmFlags: ['-XX:B=1'], command: 'run' }).map(({ where, line }) => `${where}: ${line}`),
  ).toEqual([
    'run now: run',
    'JVM flags: -XX:B=1',
    'Dockerfile: ENV A="x\\"y"',
    'Dockerfile: ENV JAVA_TOOL_OPTIONS="-XX:B=1"',
    'Kubernetes: env: [{ name: A, value: "x\\"y" }, { name: JAVA_TOOL_OPTIONS, value: "-XX:B=1" }]',
    'systemd: Environment="A=x\\"y"',
    'systemd: Environment="JAVA_TOOL_OPTIONS=-XX:B=1"',
  ]);
  expect(pasteLines({ environment: {}, jvmFlags: [] })).toEqual([]);
});
