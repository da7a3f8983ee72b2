import { expect, test } from 'vitest';
import type { DoctorResult, Evidence } from '../../../src/model/doctor.ts';
import { renderDoctorComparison } from '../../../src/reporters/html/doctor-comparison.ts';
import { doctorResultOf } from '../../fixtures/doctor.ts';
import { figures, mallocOf, mib, regionsOf } from '../../fixtures/evidence.ts';

const assets = () => ({ script: '', style: '', licences: '' });
const [nearLimit, retained] = doctorResultOf().findings;
if (!nearLimit || !retained) throw new Error('the fixture has two findings');

function resultAt(minute: number, changes: Partial<Evidence>, findings: DoctorResult['findings'] = []): DoctorResult {
  const { evidence, ...result } = doctorResultOf();
  const takenAt = new Date(Date.UTC(2026, 0, 2, 3, minute)).toISOString();
  return { ...result, findings, evidence: { ...evidence, takenAt, uptimeMs: (minute + 7) * 60_000, ...changes } };
}
const before = resultAt(
  0,
  {
    rssBytes: mib(900),
    regions: regionsOf({ 'java heap': 384, 'glibc arenas': 451, metaspace: 65 }),
    malloc: mallocOf(figures(40, { pageBytes: 400, arenaTopBytes: 11 })),
  },
  [nearLimit, retained],
);
const after = resultAt(
  17,
  {
    rssBytes: mib(535),
    threads: 47,
    regions: regionsOf({ 'java heap': 387, 'glibc arenas': 61, metaspace: 64, libraries: 23 }),
    malloc: mallocOf(figures(49, { pageBytes: 1, arenaTopBytes: 11 })),
  },
  [
    { ...nearLimit, summary: 'RSS is at 52 % of the limit.' },
    { ...retained, code: 'metaspace' },
  ],
);
const render = (first: DoctorResult, second: DoctorResult) =>
  renderDoctorComparison({ before: first, after: second, files: { before: first, after: second } }, { assets });
const page = render(before, after);
const textOf = (html: string, id: string) =>
  new RegExp(`<section aria-labelledby="${id}">(.*?)</section>`, 's')
    .exec(html)?.[1]
    ?.replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
const rowsOf = (html: string) =>
  [...html.matchAll(/<tr[^>]*><th scope="row">(?:<span class="swatch[^>]*><\/span>)?(.*?)<\/tr>/g)].map(([, row = '']) =>
    row
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );

test('every part of either, the largest change first, and their sum', () => {
  expect(rowsOf(page).slice(0, 7)).toEqual([
    'malloc kept free, a trim gives it back 400 1.0 −399',
    'libraries 0.0 23 +23',
    'malloc in use 40 49 +9.0',
    'java heap 384 387 +3.0',
    'metaspace 65 64 −1.0',
    'malloc kept free, a trim does not 11 11 0.0',
    'RSS 900 535 −365',
  ]);
  expect(textOf(page, 'verdict')).toMatch(
    /^What changed RSS went from 900 to 535 MiB \(−365\)\. The largest change: malloc kept free, a trim gives it back, −399 MiB\./,
  );
});

test('both bars have one scale', () => {
  const limits = [...page.matchAll(/class="limit" style="left:([\d.]+)%"/g)].map(([, left]) => left);
  expect(limits).toEqual(['100.000', '100.000']);
  const heaps = [...page.matchAll(/part-heap" style="width:([\d.]+)%/g)].map(([, width]) => width);
  expect(heaps).toEqual(['37.500', '37.793']);
  const { cgroup: _, ...unlimited } = after.evidence;
  const other = render(before, { ...after, evidence: unlimited });
  expect(other.match(/class="limit"/g)).toHaveLength(1);
  expect(other).toContain('part-heap" style="width:37.793%"');
});

test('findings that came, that went, and that stayed with what they said', () => {
  expect(textOf(page, 'came')).toContain('Findings that came metaspace problem 400 MiB of whole pages are free. Trim now.');
  expect(textOf(page, 'went')).toBe('Findings that went retained-pages 400 MiB of whole pages are free.');
  expect(textOf(page, 'stayed')).toMatch(
    /^Findings that stayed near-limit notice RSS is at 52 %.* Before: RSS is at 88 % of the limit\.$/,
  );
  const same = render(before, before);
  expect(same).not.toMatch(/id="(came|went)"/);
  expect(render({ ...before, findings: [] }, { ...after, findings: [] })).not.toMatch(/id="(came|went|stayed)"/);
});

test('other figures are those that both have', () => {
  expect(textOf(page, 'figures')).toContain('threads 40 47 +7');
  expect(textOf(page, 'figures')).toContain('memory limit 1,024 1,024 0.0');
  expect(textOf(page, 'figures')).not.toContain('live in malloc');
});

test.each([
  ['the same process', before, after, 'Process 4711, and the same 17 min 0 s later'],
  ['the other order', after, before, 'Process 4711, and the same 17 min 0 s earlier: the files are in the other order'],
  [
    'a process that has the pid again',
    before,
    { ...after, evidence: { ...after.evidence, uptimeMs: 60_000 } },
    'Process 4711, and process 4711 of the same command, 17 min 0 s later',
  ],
  [
    'another program',
    before,
    { ...after, evidence: { ...after.evidence, pid: 4713, command: ['./b'], isJvm: false } },
    'Process 4711, and process 4713 of another command, 17 min 0 s later',
  ],
])('what the two are: %s', (_, first, second, sentence) => {
  expect(render(first, second)).toContain(`<p class="about">${sentence}</p>`);
});

test('heaps that were read in one of the two are not divided in the other', () => {
  const { malloc: _, ...unread } = after.evidence;
  const html = render(before, { ...after, evidence: unread });
  expect(rowsOf(html)[0]).toBe('malloc 451 61 −390');
  expect(textOf(html, 'verdict')).toContain('The heaps of malloc were read in one of the two');
});

test('texts of both processes are escaped, and both files can be downloaded', () => {
  const hostile = '</script><img src=x onerror=alert(1)>';
  const named = { ...after, verdict: hostile, evidence: { ...after.evidence, command: [hostile] } };
  const html = render(named, named);
  expect(html).not.toContain('<img');
  expect(html.match(/<\/script>/g)).toHaveLength(3);
  for (const id of ['offheap-before', 'offheap-after'])
    expect(JSON.parse(new RegExp(`id="${id}">(.*?)</script>`, 's').exec(html)?.[1] ?? '')).toEqual(named);
});
