import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { doctorResult } from '../../../src/model/doctor.ts';
import { doctorFile } from '../../../src/model/doctor-file.ts';
import { bytesPerMiB } from '../../../src/model/units.ts';
import { renderDoctorHtml } from '../../../src/reporters/html/doctor-page.ts';
import { doctorResultOf } from '../../fixtures/doctor.ts';

const assets = () => ({ script: '', style: '', licences: '' });
const render = (changes = {}) => renderDoctorHtml(doctorResultOf(changes), { assets });

test('a result of the doctor is what its schema reads', () => {
  const result = doctorResultOf();
  expect(doctorFile.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  expect(doctorResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
});

test('a file of another version is read: words that this one has not, and less than it writes', () => {
  const { evidence, applied, findings, ...result } = doctorResultOf();
  const [region] = evidence.regions;
  const { measure: _, ...unmeasured } = applied[0] ?? {};
  const old = {
    ...result,
    findings: findings.map((finding) => ({ ...finding, code: 'another-finding' })),
    evidence: {
      ...evidence,
      regions: [{ ...region, kind: 'direct buffers' }],
      malloc: { arenas: [] },
      jvm: { version: '17', flags: [] },
    },
    applied: [unmeasured],
  };
  expect(doctorFile.parse(old)).toEqual(old);
  expect(doctorResult.safeParse(old).error?.issues.map(({ path }) => path.join('.'))).toEqual(
    expect.arrayContaining([
      'findings.0.code',
      'evidence.regions.0.kind',
      'evidence.malloc.totals',
      'evidence.jvm.canTrim',
      'applied.0.measure',
    ]),
  );
});

test('a result of the first version is read, with its sentences as they were', async () => {
  const old = await readFile(new URL('../../fixtures/results/doctor-1.json', import.meta.url), 'utf8');
  const result = doctorFile.parse(JSON.parse(old));
  expect(result.evidence).toMatchObject({ isJvm: true, unknown: [] });
  expect(result.blindSpots).toEqual([
    {
      instrument: 'JVM',
      code: 'failed',
      reason: 'It was started with -XX:+DisableAttachMechanism and answers no questions about its heap, threads and classes.',
      cure: 'Start it without that flag.',
    },
  ]);
  expect(renderDoctorHtml(result, { assets })).toContain('JVM: It was started with -XX:+DisableAttachMechanism');
});

test('findings: problems first, with lines to paste and what the first fix gives back', () => {
  const page = render();
  expect([...page.matchAll(/<h3>([\w-]+) <span/g)].map(([, code]) => code)).toEqual(['retained-pages', 'near-limit']);
  expect(page).toContain('<p>Trim now. <span class="parts">gives back about 400 MiB at once</span></p>');
  expect(page).toContain('<code>jcmd 4711 System.trim_native_heap</code>');
  expect(page).toContain('<dt>Dockerfile</dt><dd><code>ENV MALLOC_ARENA_MAX=&quot;2&quot;</code></dd>');
  expect(page).toContain('<dt>JVM flags</dt><dd><code>-XX:TrimNativeHeapInterval=5000 -Da=b c</code></dd>');
});

test('the parts of RSS, largest first', () => {
  const kinds = [...render().matchAll(/<th scope="row">([\w ]+)<\/th><td><b>([\d,]+)/g)].map(([, kind, mib]) => `${kind} ${mib}`);
  expect(kinds).toEqual(['glibc arenas 416', 'java heap 384', 'unexplained 100']);
});

test('what was tried, and what came of it', () => {
  expect(render()).toContain(
    '<th scope="row">trim</th><td>RSS</td><td>900</td><td>504</td><td>400</td><td>396</td><td>0.44 %</td>',
  );
  expect(render({ applied: [] })).not.toContain('id="applied"');
});

test('what could not be looked at, with its cure', () => {
  expect(render()).toContain('NMT: it is switched off <code>-XX:NativeMemoryTracking=summary</code>');
});

test('of many arenas the largest, and how many there are', () => {
  const figures = {
    sizeBytes: 64 * bytesPerMiB,
    rssBytes: 30 * bytesPerMiB,
    liveBytes: 10 * bytesPerMiB,
    liveChunks: 1,
    freeBytes: 54 * bytesPerMiB,
    freeChunks: 1,
    residentFree: { pageBytes: 15 * bytesPerMiB, mainTopBytes: 0, arenaTopBytes: 4 * bytesPerMiB, subPageBytes: bytesPerMiB },
    unknownBytes: 0,
    unreadableBytes: 0,
  };
  const arena = { ...figures, address: 4096, isMain: false, heaps: 1, consistency: 1 };
  const arenas = [
    { ...arena, isMain: true, attachedThreads: 3, rssBytes: 31 * bytesPerMiB },
    ...Array.from({ length: 40 }, () => arena),
  ];
  const malloc = {
    pid: 4711,
    durationMs: 1,
    consistency: 1,
    totals: figures,
    arenas,
    mmapped: { chunks: 0, sizeBytes: 0, rssBytes: 0 },
    ranges: [],
    histogram: [],
    census: { inflaters: 0, inflaterWindows: 0, deflaters: 0, bytes: 0 },
  };
  const page = render({ evidence: { ...doctorResultOf().evidence, malloc } });
  expect(page).toContain('The largest 24 of 41; all are in the file to download.');
  const more = { ...malloc, otherArenas: { ...figures, count: 48_977, heaps: 48_977 } };
  expect(render({ evidence: { ...doctorResultOf().evidence, malloc: more } })).toContain(
    'The largest 24 of 49,018; the 41 that keep most are in the file to download.',
  );
  const row = (name: string, threads: string, rss: number) =>
    `<th scope="row">${name}</th><td>${threads}</td><td>1</td><td>64</td><td>${rss}</td><td>10</td><td>54</td><td>15</td><td>4</td><td>1</td></tr>`;
  expect(page).toContain(row('main', '3', 31));
  expect(page).toContain(row('24', '–', 30));
  expect(page).not.toContain(row('25', '–', 30));
});

test('arenas only where the heaps were walked', () => {
  expect(render()).not.toContain('id="arenas"');
});

test('texts of the process are escaped', () => {
  const page = render({ verdict: '</script><img src=x onerror=alert(1)>' });
  expect(page).not.toContain('<img');
});
