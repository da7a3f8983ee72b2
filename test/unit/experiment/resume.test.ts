import { expect, test } from 'vitest';
import { parseReadiness } from '../../../src/experiment/ready.ts';
import { requireResumable } from '../../../src/experiment/resume.ts';
import type { Plan, ResultFile } from '../../../src/model/result.ts';
import { cellOf, resultOf, scenario } from '../../fixtures/cells.ts';

const plan: Plan = {
  scenario,
  configurations: [{ key: 'glibc', allocator: 'glibc', settings: { env: {}, jvmFlags: [] } }],
  ...{ repeats: 2, meter: true, reference: 'glibc', timeoutMs: 1000 },
};
const resumed: ResultFile = { ...resultOf([cellOf({})], false), plan };
const wanted = { plan, seed: resumed.seed, host: resumed.host };
const refusal = (changes: Partial<typeof wanted>, file = resumed) => {
  try {
    requireResumable(file, { ...wanted, ...changes });
    return undefined;
  } catch (error) {
    return /but (.*?)\. Repeat/.exec((error as Error).message)?.[1];
  }
};

test('the same plan is resumed; any other is refused by what differs', () => {
  expect(refusal({})).toBeUndefined();
  expect(refusal({ plan: { ...plan, scenario: { ...scenario, threads: 9 } } })).toBe('its scenario is another');
  expect(refusal({ plan: { ...plan, repeats: 3 } })).toBe('its repeats is another');
  const untilDecided = { minSaving: 0.05, maxCost: 0.05 };
  expect(refusal({ plan: { ...plan, untilDecided } })).toBe('its untilDecided is another');
  const undecided = { ...resumed, plan: { ...plan, untilDecided } };
  expect(refusal({ plan: { ...plan, repeats: 3, untilDecided } }, undecided)).toBeUndefined();
  expect(refusal({ plan: { ...plan, repeats: 1, untilDecided } }, undecided)).toBe('its repeats is another');
  expect(refusal({ plan: { ...plan, configurations: [] } })).toBe('its configurations is another');
  expect(refusal({ seed: 99 })).toBe('its seed is 1');
  expect(refusal({ host: { ...resumed.host, cpus: 64 } })).toBe('it was measured with another cpus');
  const { plan: _, ...older } = resumed;
  expect(refusal({}, older)).toBe('it does not say what was planned');
});

test.each([
  ['tcp:80', { kind: 'tcp', host: '127.0.0.1', port: 80 }],
  ['tcp:::1:80', { kind: 'tcp', host: '::1', port: 80 }],
  ['http://127.0.0.1:8080/x', { kind: 'http', url: new URL('http://127.0.0.1:8080/x') }],
  ['Started .* in', { kind: 'line', pattern: /Started .* in/ }],
])('--ready=%s', (text, readiness) => {
  expect(parseReadiness(text)).toEqual(readiness);
});

test.each(['tcp:', 'tcp:http', 'https://x/', '(', 'http://'])('--ready=%s is refused', (text) => {
  expect(() => parseReadiness(text)).toThrow(/^Expected --ready to be tcp:PORT/);
});
