import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { doctorResult } from '../../../src/model/doctor.ts';
import { doctorFile } from '../../../src/model/doctor-file.ts';
import { bytesPerMiB } from '../../../src/model/units.ts';
import { renderDoctorHtml } from '../../../src/reporters/html/doctor-page.ts';
import { crowdedPod } from '../../fixtures/container.ts';
import { doctorResultOf } from '../../fixtures/doctor.ts';
import { jvmOf, regionsOf } from '../../fixtures/evidence.ts';

const assets = () => ({ script: '', style: '', licences: '' });
/** Rows of the legend, their cells by spaces. */
const legendOf = (page: string) =>
  [...page.slice(page.indexOf('class="shares"'), page.indexOf('</table>')).matchAll(/<tr.*?<th scope="row">(.*?)<\/tr>/g)].map(
    ([, row = '']) =>
      row
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
  );
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
  const copy = (where: string) => `<button type="button" class="copy" hidden aria-label="Copy: ${where}">Copy</button>`;
  expect(page).toContain('<p class="cure">Trim now. <span class="parts">gives back about 400 MiB at once</span></p>');
  expect(page).toContain(`<dt>run now</dt><dd><code>jcmd 4711 System.trim_native_heap</code>${copy('run now')}</dd>`);
  expect(page).toContain('<summary>Or: Fewer arenas.</summary>');
  expect(page).toContain(`<dt>Dockerfile</dt><dd><code>ENV MALLOC_ARENA_MAX=&quot;2&quot;</code>${copy('Dockerfile')}</dd>`);
  expect(page).toContain(`<dt>JVM flags</dt><dd><code>-XX:TrimNativeHeapInterval=5000 -Da=b c</code>${copy('JVM flags')}</dd>`);
});

test('a fix that was applied is advised no more, nor is its prediction of the next one', () => {
  const { findings } = doctorResultOf();
  const applied = findings.map((finding) => ({
    ...finding,
    fixes: finding.fixes.map((fix, index) => (index === 0 ? { ...fix, kind: 'trim' as const } : fix)),
  }));
  const page = render({ findings: applied });
  const sentences = page.slice(0, page.indexOf('<script'));
  expect(sentences).toContain('<p class="cure">Fewer arenas.</p>');
  expect(sentences).not.toMatch(/Trim now\.|gives back about/);
});

test('the first finding is beside the bar, the others have a section; what the verdict says is not said again', () => {
  const [notice, problem] = doctorResultOf().findings;
  if (!notice || !problem) throw new Error('the fixture has two findings');
  const page = render();
  expect(page.indexOf('retained-pages')).toBeLessThan(page.indexOf('<h2 id="findings">Other findings</h2>'));
  expect(page.indexOf('<h2 id="findings">')).toBeLessThan(page.indexOf('<h3>near-limit'));
  expect(render({ findings: [problem] })).not.toContain('id="findings"');
  expect(render({ findings: [] })).toContain('Nothing to act upon.');
  const said = render({ findings: [problem], verdict: problem.summary });
  expect(said.slice(0, said.indexOf('<script')).split(problem.summary)).toHaveLength(2);
});

test('the bar: parts and what is free up to the limit, in shares of the limit; the legend has the same in figures', () => {
  const page = render();
  const segments = [...page.matchAll(/class="segment part-([\w-]+)" style="width:([\d.]+)%"/g)].map(([, kind, width]) => [
    kind,
    width,
  ]);
  expect(segments).toEqual([
    ['heap', '37.500'],
    ['malloc', '40.625'],
    ['other', '9.766'],
    ['free', '12.109'],
  ]);
  expect(page).toContain('<span class="limit" style="left:100.000%"><span>limit 1,024 MiB</span></span>');
  expect(legendOf(page)).toEqual([
    'java heap 384 43 %',
    'malloc 416 46 %',
    'unexplained 100 11 %',
    'RSS 900 100 %',
    'free up to the limit 124 12 % of the limit',
  ]);
});

test('without a limit the bar ends with RSS; beyond it the line lies within', () => {
  const { cgroup: _, ...unlimited } = doctorResultOf().evidence;
  const page = render({ evidence: unlimited });
  expect(page).toContain('No memory limit is in force');
  expect(page).not.toMatch(/part-free|class="limit"/);
  expect(page).toContain('part-malloc" style="width:46.222%"');
  const beyond = render({ evidence: { ...unlimited, cgroup: { version: 2, limitBytes: 450 * bytesPerMiB } } });
  expect(beyond).toContain('<span class="limit" style="left:50.000%">');
});

test('a heap that is mapped three times is drawn once, and what RSS counts again has a row', () => {
  const { evidence } = doctorResultOf();
  const mebibytes = (count: number) => count * bytesPerMiB;
  const heap = {
    ...{ reservedBytes: mebibytes(400), committedBytes: mebibytes(384), usedBytes: mebibytes(90) },
    rssBytes: mebibytes(384),
  };
  const jvm = jvmOf({ heap: { ...heap, occupiedBytes: mebibytes(128) } });
  const cgroup = { version: 2 as const, limitBytes: mebibytes(1024), usageBytes: mebibytes(700) };
  const page = render({ evidence: { ...evidence, jvm, cgroup } });
  expect(page).toContain('part-heap" style="width:12.500%"');
  expect(page).toContain('RSS, each page counted once, is 63 % of the limit of 1,024 MiB.');
  expect(legendOf(page)).toEqual([
    'java heap 128 14 %',
    'malloc 416 46 %',
    'unexplained 100 11 %',
    'java heap, counted again where it is mapped again 256 28 %',
    'RSS 900 100 %',
    'others in the container, page cache among them 56 5 % of the limit',
    'free up to the limit 324 32 % of the limit',
  ]);
});

test('what others have of the limit is no free memory, and swap is no RSS', () => {
  const { evidence } = doctorResultOf();
  const cgroup = { version: 2 as const, limitBytes: 1024 * bytesPerMiB, usageBytes: 1000 * bytesPerMiB };
  const page = render({ evidence: { ...evidence, swapBytes: 17 * bytesPerMiB, cgroup } });
  expect(legendOf(page).slice(-3)).toEqual([
    'others in the container, page cache among them 100 10 % of the limit',
    'free up to the limit 24 2 % of the limit',
    'in swap, not in RSS 17',
  ]);
});

test('classes of the Java heap, where they were counted', () => {
  const { evidence } = doctorResultOf();
  const histogram = { inflaters: 7, deflaters: 3, top: [{ className: 'a.B<C>', instances: 1234, bytes: 13 * bytesPerMiB }] };
  const page = render({ evidence: { ...evidence, jvm: jvmOf({ histogram }) } });
  expect(page).toContain('The Java heap has 7 Inflaters and 3 Deflaters.');
  expect(page).toContain('<th scope="row">a.B&lt;C&gt;</th><td>1,234</td><td>13</td>');
  expect(render()).not.toContain('id="classes"');
});

test('small parts are one, which names the largest', () => {
  const { evidence } = doctorResultOf();
  const small = regionsOf({ gc: 5, metaspace: 7, cds: 3, libraries: 4, 'thread stacks': 1 });
  const page = render({ evidence: { ...evidence, regions: [...evidence.regions, ...small] } });
  expect(legendOf(page)).toContain('5 smaller parts (metaspace, gc, libraries, …) 20 2 %');
});

test('two looks: what there was, what there is, and the difference', () => {
  const { evidence } = doctorResultOf();
  const growth = { intervalMs: 20_000, rssBytes: 7 * bytesPerMiB, threads: -3 };
  const page = render({ evidence: { ...evidence, growth } });
  expect(page).toContain('Two looks, 20 s apart.');
  expect(page).toContain('<th scope="row">RSS</th><td>893 MiB</td><td>900 MiB</td><td>+7.0 MiB</td><td>+21 MiB</td>');
  expect(page).toContain('<th scope="row">threads</th><td>43</td><td>40</td><td>−3</td><td>−9</td>');
  expect(render()).not.toContain('id="growth"');
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
  expect(page).toContain(row('main arena', '3', 31));
  expect(page).toContain(row('arena 23', '–', 30));
  expect(page).not.toContain(row('arena 24', '–', 30));
});

test('arenas only where the heaps were walked', () => {
  expect(render()).not.toContain('id="arenas"');
});

test('texts of the process are escaped', () => {
  const page = render({ verdict: '</script><img src=x onerror=alert(1)>' });
  expect(page).not.toContain('<img');
});

describe('the container', () => {
  const { evidence } = doctorResultOf();
  const sectionOf = (page: string) => page.match(/<h2 id="container">.*?<\/section>/s)?.[0] ?? '';

  test('has its parts before the other findings, each with a bar up to the limit', () => {
    const page = render({ evidence: { ...evidence, cgroup: crowdedPod } });
    const rows = [...sectionOf(page).matchAll(/<th scope="row">(.*?)<\/th><td><b>(.*?)<\/b><\/td>\s.*?style="width:([\d.]+)%"/gs)];
    expect(rows.map(([, name, size]) => [name, size])).toEqual([
      ...[
        ['this process', '1,361'],
        ['page cache, inactive', '31'],
        ['other processes', '29'],
        ['slab, reclaimable', '19'],
      ],
      ...[
        ['unaccounted', '8.0'],
        ['shared memory', '3.0'],
        ['usage', '1,451'],
        ['held', '1,401'],
        ['working set', '1,420'],
      ],
      ...[
        ['left', '130'],
        ['in swap', '5.0'],
      ],
    ]);
    expect(rows[0]?.[3]).toBe(((100 * 1361) / 1531).toFixed(2));
    expect(page.indexOf('<h2 id="container">')).toBeLessThan(page.indexOf('<h2 id="findings">'));
  });

  test('of a file without an account there is none', () => {
    expect(sectionOf(render())).toBe('');
  });

  test('has parts of another version too', () => {
    const account = crowdedPod.account && { ...crowdedPod.account, parts: [{ kind: 'huge pages', bytes: 1451 * bytesPerMiB }] };
    const file = doctorFile.parse({ ...doctorResultOf(), evidence: { ...evidence, cgroup: { ...crowdedPod, account } } });
    expect(sectionOf(renderDoctorHtml(file, { assets }))).toContain('huge pages');
  });
});
