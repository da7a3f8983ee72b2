import { describe, expect, test } from 'vitest';
import { toResult } from '../../../src/doctor/examine.ts';
import type { DoctorResult, Evidence } from '../../../src/model/doctor.ts';
import { doctorReporters } from '../../../src/reporters/doctor.ts';
import { arenasOf, evidenceOf, figures, mallocOf, mib, regionsOf } from '../../fixtures/evidence.ts';
import { plainText } from '../../fixtures/terminal.ts';

const patient = evidenceOf({
  malloc: mallocOf(figures(60, { pageBytes: 80, mainTopBytes: 20, subPageBytes: 3 }), {
    arenas: arenasOf(8),
    mmapped: { chunks: 12, sizeBytes: mib(20), rssBytes: mib(18) },
    census: { inflaters: 420, inflaterWindows: 400, deflaters: 3, bytes: mib(17) },
  }),
  regions: [
    ...regionsOf({ 'java heap': 120, 'glibc main': 20, 'glibc arenas': 163, metaspace: 60 }),
    {
      kind: 'libraries',
      sizeBytes: mib(90),
      rssBytes: mib(37),
      swapBytes: 0,
      mappings: 61,
      largest: [{ name: '/usr/lib/libjvm.so', sizeBytes: mib(20), rssBytes: mib(19) }],
    },
  ],
  unknown: [{ instrument: 'nmt', code: 'switched-off' }],
});

function resultOf(evidence: Evidence, more: Partial<DoctorResult> = {}): DoctorResult {
  return { ...toResult(evidence, 120), tool: { name: 'offheap', version: '0.0.0' }, ...more };
}

const trimmed: DoctorResult['applied'] = [
  {
    kind: 'trim',
    measure: 'rss',
    predictedBytes: mib(100),
    actualBytes: mib(98.5),
    rssBeforeBytes: mib(400),
    rssAfterBytes: mib(301.5),
    errorShare: 0.00375,
    reasons: ['3 MiB stay free in pages that live blocks pin.'],
  },
];

describe('a doctor’s result', () => {
  test('as a table', () => {
    expect(doctorReporters.table(resultOf(patient, { applied: trimmed }), plainText)).toMatchSnapshot();
  });

  test('as markdown', () => {
    expect(doctorReporters.markdown(resultOf(patient))).toMatchSnapshot();
  });

  test('as JSON it is the result itself', () => {
    const result = resultOf(patient, { applied: trimmed });
    expect(JSON.parse(doctorReporters.json(result))).toEqual(result);
  });

  test('of a process in which nothing is wrong', () => {
    const text = doctorReporters.table(resultOf(evidenceOf()), plainText);
    expect(text).toContain('Nothing wrong');
    expect(text).not.toContain('problem');
  });

  test('what a process calls itself cannot drive the terminal, nor a table', () => {
    const hostile = evidenceOf({ command: ['\x1b]0;owned\x07', 'a|b'] });
    expect(doctorReporters.table(resultOf(hostile), plainText)).not.toMatch(/[^\P{Cc}\n]/u);
    expect(doctorReporters.markdown(resultOf(hostile))).toContain('a\\|b');
  });

  test('colours only when they are wanted', () => {
    expect(doctorReporters.table(resultOf(patient), { ...plainText, color: true })).toContain('\x1b[');
  });
});
