import { describe, expect, test } from 'vitest';
import { explainUnknown } from '../../../src/doctor/explain.ts';
import type { Evidence } from '../../../src/model/doctor.ts';
import { type Unknown, unknownCodes } from '../../../src/model/unknown.ts';
import { evidenceOf, figures, mallocOf, mib } from '../../fixtures/evidence.ts';

const explain = (unknown: Unknown, more: Partial<Evidence> = {}) => explainUnknown(evidenceOf({ ...more, unknown: [unknown] }))[0];

describe('what could not be looked at, for people', () => {
  test.each(unknownCodes)('%s is one or more whole sentences', (code) => {
    const spot = explain({ instrument: 'jvm', code, detail: 'The words of the one who failed.' });
    expect(spot).toMatchObject({ code, instrument: 'JVM' });
    expect(spot?.reason).toMatch(/^[A-Z].*\.$/);
    if (spot?.cure !== undefined) expect(spot.cure).toMatch(/^[A-Z]/);
  });

  test('a JDK that does not tell where its memory lies is named with the parts', () => {
    expect(explain({ instrument: 'addresses', code: 'not-told', detail: 'metaspace, gc' })).toEqual({
      instrument: 'addresses of the JVM',
      code: 'not-told',
      reason:
        'This JDK does not tell where all of its memory lies. What was not found of these parts is unexplained: metaspace, gc.',
    });
  });

  test('a stopped process is let go on by its own pid', () => {
    expect(explain({ instrument: 'jvm', code: 'stopped', detail: 'It is stopped.' })).toEqual({
      instrument: 'JVM',
      code: 'stopped',
      reason: 'It is stopped.',
      cure: 'Let it go on: kill -CONT 4711, or end the debugger.',
    });
  });

  test('who may not has the cure in the words of the error', () => {
    const detail = 'Expected to be allowed to. Run it with sudo.';
    for (const instrument of ['jvm', 'heaps'] as const) {
      const said = explain({ instrument, code: 'not-permitted', detail });
      expect(said?.reason).toBe(detail);
      expect(said).not.toHaveProperty('cure');
    }
  });

  test('heaps of which a part was not read: how much was, and what to do', () => {
    const totals = { ...figures(60), unreadableBytes: mib(20), unreadableRssBytes: mib(15) };
    expect(explain({ instrument: 'heaps', code: 'not-read', detail: String(mib(15)) }, { malloc: mallocOf(totals) })).toEqual({
      instrument: 'malloc heap inspector',
      code: 'not-read',
      reason: '75.0 % of malloc’s 60 MiB were read. The rest was not reached in time, or the program changed it meanwhile.',
      cure: 'Look again when the program does less, or give it more time: offheap histo 4711 --budget=1m',
    });
  });

  test('what is in swap was not read either', () => {
    const malloc = mallocOf({ ...figures(60), unreadableBytes: mib(20), unreadableRssBytes: mib(15) });
    const reasonOf = (swapBytes: number) =>
      explain({ instrument: 'heaps', code: 'not-read', detail: String(mib(15)) }, { malloc, swapBytes })?.reason;
    expect(reasonOf(mib(231))).toMatch(/meanwhile\. What is in swap is not read: 231 MiB of the process are there\.$/);
    expect(reasonOf(mib(1) - 1)).not.toContain('swap');
  });

  test.each([
    ['jemalloc', 'jemalloc (/usr/lib/x.so)', true],
    ['unknown', 'an allocator that is not known here', false],
    ['musl', 'musl (/usr/lib/x.so)', true],
  ] as const)('heaps that are %s’s, and whether the meter helps', (name, server, isCounted) => {
    const allocator = { name, library: '/usr/lib/x.so', preloaded: [], environment: {} };
    const spot = explain({ instrument: 'heaps', code: 'other-allocator' }, { allocator });
    expect(spot?.reason).toContain(`this process is served by ${server}.`);
    expect(spot?.cure !== undefined).toBe(isCounted);
  });
});
