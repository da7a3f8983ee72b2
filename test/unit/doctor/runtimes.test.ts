import { expect, test } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import { programEvidence, regionsOf } from '../../fixtures/evidence.ts';

const of = (runtime: 'go' | 'v8' | 'cpython', part: 'unexplained' | 'go runtime') =>
  diagnose(programEvidence({ runtime, regions: regionsOf({ [part]: 199, libraries: 201 }) }));

test.each([
  ['v8', 'Anonymous mappings take 199 of 400 MiB. They are most likely the heap of V8, which maps memory by itself.'],
  [
    'cpython',
    'Anonymous mappings take 199 of 400 MiB. They are most likely objects of Python, whose allocator of small objects maps memory by itself.',
  ],
  ['go', 'Anonymous mappings take 199 of 400 MiB. It is a program in Go, whose runtime maps memory by itself.'],
] as const)('unexplained memory of %s is named with its runtime', (runtime, verdict) => {
  const { verdict: said, findings } = of(runtime, 'unexplained');
  expect(said).toBe(verdict);
  expect(findings).toMatchObject([{ code: 'mmap-user', severity: 'notice', evidence: { runtime } }]);
});

test('Go has its heap to itself', () => {
  const { verdict, findings } = of('go', 'go runtime');
  expect(verdict).toBe('The heap of Go takes 199 of 400 MiB. Its own collector decides that, by GOGC and GOMEMLIMIT.');
  expect(findings.map(({ code }) => code)).toEqual(['go-heap']);
});
