import { expect, test } from 'vitest';
import { curvesOf, lastIndexAt, levelAt, originMs } from '../../../src/client/curves.ts';
import { axisOf, resample } from '../../../src/client/resample.ts';
import { pan, zoom } from '../../../src/client/view.ts';
import { cellOf, phasesOf, resultOf, timelineOf } from '../../fixtures/cells.ts';

const fullWindow = { fromMs: 0, toMs: 100, points: 11 };
const times = (count: number, stepMs: number) => Array.from({ length: count }, (_, index) => index * stepMs);

test('the axis goes from edge to edge', () => {
  expect(axisOf({ fromMs: 100, toMs: 200, points: 5 })).toEqual([100, 125, 150, 175, 200]);
});

test('a peak of one sample among a thousand is still there, and so is a dip', () => {
  const levels = times(1000, 1).map((index) => (index === 333 ? 9 : index === 777 ? 1 : 5));
  const drawn = resample(times(1000, 0.1), levels, [], fullWindow);
  expect(drawn).toContain(9);
  expect(drawn).toContain(1);
  expect(new Set(drawn)).toEqual(new Set([1, 5, 9]));
});

test('between rare samples the line goes on; at the edges it is interpolated', () => {
  const drawn = resample([-50, 50, 150], [0, 100, 200], [], fullWindow);
  expect(drawn[0]).toBe(50);
  expect(drawn[10]).toBe(150);
  expect(drawn.filter((level) => level === 100)).toHaveLength(1);
  expect(drawn).not.toContain(null);
});

test('a gap breaks the line', () => {
  const drawn = resample([0, 10, 20, 80, 90, 100], [1, 1, 1, 2, 2, 2], [{ fromMs: 20, toMs: 80 }], fullWindow);
  expect(drawn.slice(3, 8)).toEqual([null, null, null, null, null]);
});

test('before its first and after its last sample a curve is not drawn', () => {
  const drawn = resample([40, 50, 60], [1, 1, 1], [], fullWindow);
  expect([drawn[0], drawn[1], drawn[9], drawn[10]]).toEqual([undefined, undefined, undefined, undefined]);
});

test('a reading that failed is not drawn as 0', () => {
  expect(resample([0, 50, 100], [null, 7, null], [], fullWindow).filter((level) => level !== undefined)).toEqual([7]);
});

test('the last sample at a time', () => {
  expect([-1, 0, 5, 10, 99].map((at) => lastIndexAt([0, 10, 20], at))).toEqual([-1, 0, 0, 1, 2]);
});

test('curves: one of each configuration stands for its repeats; unknown outside of its samples and in a gap', () => {
  const timeline = { ...timelineOf([0, 1000, 2000], [1, 2, 3]), gaps: [{ fromMs: 1000, toMs: 2000 }] };
  const cells = [900, 500, 700].map((settled, index) =>
    cellOf({ repeat: index + 1, phases: phasesOf({ baseline: 100, settled }), timeline }),
  );
  const curves = curvesOf(resultOf(cells));
  expect(curves.map(({ representative }) => representative)).toEqual([false, false, true]);
  const curve = curves[2];
  if (!curve) throw new Error('three cells make three curves');
  expect([-1, 0, 999, 1500, 2000, 2001].map((at) => levelAt(curve, curve.rssBytes, at))).toEqual([
    undefined,
    2 ** 20,
    2 ** 20,
    undefined,
    3 * 2 ** 20,
    undefined,
  ]);
  expect(originMs(curve, 'settled')).toBe(1000);
  expect(originMs(curve, 'trimmed')).toBeUndefined();
});

test('zoom keeps what is under the cursor where it is; nothing leaves what there is', () => {
  const all = { fromMs: 0, toMs: 1000 };
  expect(zoom(all, all, 0.5)).toEqual({ fromMs: 250, toMs: 750 });
  expect(zoom(all, all, 0.5, 0)).toEqual({ fromMs: 0, toMs: 500 });
  expect(zoom({ fromMs: 250, toMs: 750 }, all, 4)).toEqual(all);
  expect(pan({ fromMs: 0, toMs: 500 }, all, 0.5)).toEqual({ fromMs: 250, toMs: 750 });
  expect(pan({ fromMs: 500, toMs: 1000 }, all, 0.5)).toEqual({ fromMs: 500, toMs: 1000 });
});
