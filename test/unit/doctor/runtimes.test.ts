import { expect, test } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import { mib, programEvidence, regionsOf } from '../../fixtures/evidence.ts';

const of = (runtime: 'go' | 'v8' | 'cpython' | 'native-image', part: 'unexplained' | 'go runtime' | 'java heap') =>
  diagnose(programEvidence({ runtime, regions: regionsOf({ [part]: 199, libraries: 201 }) }));

test.each([
  ['v8', 'Anonymous mappings take 199 of 400 MiB. They are most likely the heap of V8, which maps memory by itself.'],
  [
    'cpython',
    'Anonymous mappings take 199 of 400 MiB. They are most likely objects of Python, whose allocator of small objects maps memory by itself.',
  ],
  ['go', 'Anonymous mappings take 199 of 400 MiB. It is a program in Go, whose runtime maps memory by itself.'],
  [
    'native-image',
    'Anonymous mappings take 199 of 400 MiB. It is a native image of GraalVM, whose collector and whose Unsafe map memory beside the heap.',
  ],
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

test('a native image has its Java heap to itself, and a program that is none has none', () => {
  const { verdict, findings } = of('native-image', 'java heap');
  expect(verdict).toBe(
    'The Java heap of this native image of GraalVM takes 199 of 400 MiB. Its own collector decides that, by -Xmx.',
  );
  expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['image-heap', 'notice']]);
  expect(of('v8', 'java heap').findings.map(({ code }) => code)).toEqual([]);
});

test('what Go gave up by MADV_FREE is no heap', () => {
  const evidence = programEvidence({
    runtime: 'go',
    lazyFreeBytes: mib(176),
    regions: regionsOf({ 'go runtime': 177, libraries: 223 }),
  });
  const { verdict, findings } = diagnose(evidence);
  expect(verdict).toBe(
    'Of 400 MiB, 176 are given up already, by MADV_FREE. RSS counts them until the kernel is short of memory and takes them.',
  );
  expect(findings).toMatchObject([{ code: 'lazily-freed', fixes: [{ environment: { GODEBUG: 'madvdontneed=1' } }] }]);
  const { runtime: _, ...another } = evidence;
  expect(diagnose(another).findings[0]?.fixes).toHaveLength(1);
  expect(diagnose(another).findings[0]?.fixes[0]).not.toHaveProperty('environment');
});
