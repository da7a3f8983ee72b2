import { expect, test } from 'vitest';
import type { GuardReport } from '../../../src/model/guard.ts';
import { renderAnnotations, renderGuard } from '../../../src/reporters/guard.ts';
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
