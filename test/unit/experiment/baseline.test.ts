import { expect, test } from 'vitest';
import { baselineCautions, type Planned, whyNoBaseline } from '../../../src/experiment/baseline.ts';
import type { CommandScenario, Plan, ResultFile } from '../../../src/model/result.ts';
import { cellOf, phasesOf, scenario as reproScenario, resultOf } from '../../fixtures/cells.ts';

const scenario: CommandScenario = {
  ...{ name: 'command', command: ['java', '-jar', 'app-1.4.jar'], ready: 'tcp:8080', load: ['wrk'], gc: true },
  ...{ settleMs: 5000, step: false, graceMs: 1 },
};
const settings = { env: {}, jvmFlags: [] };
const plan: Plan = {
  ...{ scenario, configurations: [{ key: 'glibc', allocator: 'glibc', settings }], repeats: 1 },
  ...{ meter: true, reference: 'glibc', timeoutMs: 1 },
};
const result = (changes: Partial<ResultFile> = {}): ResultFile => ({
  ...resultOf([cellOf({ scenario, phases: phasesOf({ settled: 100 }) })]),
  plan,
  ...changes,
});
const planned: Planned = { scenario, configuration: { key: 'glibc', settings }, meter: true };

test('another program, another address and another machine can be compared', () => {
  const other = { ...scenario, command: ['java', '-jar', 'app-1.5.jar'], ready: 'tcp:9090', graceMs: 2 };
  expect(whyNoBaseline(result(), planned)).toBeUndefined();
  expect(whyNoBaseline(result(), { ...planned, scenario: other })).toBeUndefined();
});

test.each<[string, ResultFile, Partial<Planned>]>([
  ['it does not say what was planned', (({ plan: _, ...rest }) => rest)(result()), {}],
  ['it is of the reproducer, and not of a program of yours', result({ plan: { ...plan, scenario: reproScenario } }), {}],
  [
    'it is of the programs old, compared with each other',
    result({ plan: { ...plan, configurations: [{ key: 'old', allocator: 'glibc', settings, program: { command: ['a'] } }] } }),
    {},
  ],
  ['it has no run under jemalloc, but under glibc', result(), { configuration: { key: 'jemalloc', settings } }],
  ['its glibc has other settings', result(), { configuration: { key: 'glibc', settings: { env: { A: 'b' }, jvmFlags: [] } } }],
  ['its --load is another', result(), { scenario: { ...scenario, load: ['wrk', '-d9s'] } }],
  ['its --duration is another', result(), { scenario: { ...scenario, durationMs: 7 } }],
  ['its --steady is another', result(), { scenario: { ...scenario, steadyMs: 7 } }],
  ['its --prepare is another', result(), { scenario: { ...scenario, prepare: ['true'] } }],
  ['its --warmup is another', result(), { scenario: { ...scenario, warmups: 1 } }],
  ['its --gc is another', result(), { scenario: { ...scenario, gc: false } }],
  ['its --settle is another', result(), { scenario: { ...scenario, settleMs: 7 } }],
  ['its --step is another', result(), { scenario: { ...scenario, step: true } }],
  ['it was measured with the meter', result(), { meter: false }],
  ['its program was profiled', result({ plan: { ...plan, stacks: true } }), {}],
  ['it has no run under glibc that is ok', result({ cells: [cellOf({ scenario, state: 'failed' })] }), {}],
])('%s', (reason, baseline, changes) => {
  expect(whyNoBaseline(baseline, { ...planned, ...changes })).toBe(reason);
});

test('what else has changed is said, and nothing where all is as it was', () => {
  const before = result();
  expect(baselineCautions(before, result(), 'glibc')).toEqual([]);
  const { host } = before;
  const now = result({
    host: { ...host, kernel: '6.8.0', cpus: 4, jdk: { version: '25', vendor: 'Test', home: '/other' } },
    plan: { ...plan, scenario: { ...scenario, command: ['java', '-jar', 'app-1.5.jar'] } },
  });
  expect(baselineCautions({ ...before, complete: false }, now, 'glibc')).toEqual([
    'Another program: java -jar app-1.5.jar; the baseline has java -jar app-1.4.jar.',
    'Another kernel: 6.8.0; the baseline has 6.1.0.',
    'Another number of CPUs: 4; the baseline has 2.',
    'Another JDK: 25, Test; the baseline has 17.0.15, Test.',
    'The baseline was interrupted.',
  ]);
});
