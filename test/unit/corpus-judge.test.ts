import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/model/doctor.ts';
import { judge } from '../corpus/judge.ts';
import type { Truth } from '../corpus/truth.ts';

const found = (code: Finding['code'], evidence: Finding['evidence'] = {}, more: Partial<Finding> = {}): Finding => ({
  ...{ code, severity: 'problem', summary: `${code} was found`, evidence, fixes: [] },
  ...more,
});
const truth: Truth = { right: [{ code: 'direct-buffers' }], half: [{ code: 'live-malloc' }] };

describe('the verdict on the doctor', () => {
  test.each([
    ['the cause first, 10 % too much', [found('direct-buffers', { bytes: 110 })], 'right'],
    ['the cause first, 11 % too much', [found('direct-buffers', { bytes: 111 })], 'half'],
    ['the cause first, 11 % too little', [found('direct-buffers', { bytes: 89 })], 'half'],
    ['the cause without a number', [found('direct-buffers')], 'half'],
    ['what is true and less', [found('live-malloc', { bytes: 100 })], 'half'],
    ['what is true first, and the cause after it', [found('live-malloc'), found('direct-buffers', { bytes: 100 })], 'half'],
    ['something false first, and the cause after it', [found('metaspace'), found('direct-buffers', { bytes: 100 })], 'wrong'],
    ['nothing', [], 'blind'],
    ['that it cannot tell', [found('not-enough-evidence')], 'blind'],
  ] as const)('%s: %s', (_, findings, verdict) => {
    expect(judge(truth, { bytes: 100 }, findings).verdict).toBe(verdict);
  });

  test('a healthy program may have a notice, and no problem', () => {
    expect(judge('healthy', {}, [found('live-malloc', {}, { severity: 'notice' })]).verdict).toBe('right');
    expect(judge('healthy', {}, [found('live-malloc')]).verdict).toBe('false alarm');
  });

  test('a cause may have to be named in words, in the summary or a cure', () => {
    const named: Truth = { right: [{ says: /finaliz/i, saysNot: /only a GC/ }], half: [] };
    const summary = 'The finalizer thread is stuck.';
    expect(judge(named, {}, [found('live-malloc', {}, { summary })]).verdict).toBe('right');
    expect(judge(named, {}, [found('live-malloc', {}, { fixes: [{ action: 'See what the Finalizer does.' }] })]).verdict).toBe(
      'right',
    );
    expect(judge(named, {}, [found('live-malloc', {}, { summary: `${summary} only a GC …` })]).verdict).toBe('wrong');
  });

  test('growth is compared by the minute, and a number that nobody knows is not', () => {
    const growing: Truth = { right: [{ code: 'malloc-growing' }], half: [] };
    const finding = found('malloc-growing', { bytes: 5000, bytesPerMinute: 63 });
    expect(judge(growing, { bytesPerMinute: 60 }, [finding])).toEqual({ verdict: 'right', numberError: 0.05 });
    expect(judge(growing, {}, [finding])).toEqual({ verdict: 'right' });
    const heap = found('java-heap-dominates', { bytes: 200, usedBytes: 101 });
    expect(judge({ right: [{ code: 'java-heap-dominates' }], half: [] }, { bytes: 100 }, [heap]).numberError).toBeCloseTo(0.01);
  });
});
