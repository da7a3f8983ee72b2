import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { embeddedJson, html } from '../../../src/reporters/html/markup.ts';
import { renderHtml } from '../../../src/reporters/html/result-page.ts';
import { cellOf, phasesOf, resultOf, timelineOf } from '../../fixtures/cells.ts';

const assets = () => ({ script: 'run("script");', style: 'body{color:red}', licences: 'The MIT License' });
const hostile = '</script><img src=x onerror=alert(1)>"\'&';
const escaped = '&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;';

const glibc = cellOf({
  burstMs: 1000,
  phases: phasesOf({ baseline: [500, 10], loaded: [1000, 600], collected: [990, 10], settled: [980, 10], trimmed: [510, 10] }),
  timeline: timelineOf([0, 1000, 2000, 3000], [100, 500, 1000, 980], [0, 10, 600, 10]),
});
const trimmed = cellOf({
  ...glibc,
  configuration: 'glibc-trim',
  phases: phasesOf({ baseline: [500, 10], loaded: [1000, 600], collected: [990, 10], settled: [520, 10] }),
});
const textOf = (page: string, id: string) =>
  new RegExp(`<section aria-labelledby="${id}">(.*?)</section>`, 's')
    .exec(page)?.[1]
    ?.replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ') ?? '';

describe('markup', () => {
  test('values are escaped, markup and lists of it are not, nothing is nothing', () => {
    expect(html`<b title="${hostile}">${[html`<i>${1}</i>`, '<']}${undefined}${false}${0}</b>`.text).toBe(
      `<b title="${escaped}"><i>1</i>&lt;0</b>`,
    );
  });

  test('JSON cannot end its script, and reads back the same', () => {
    const value = { [hostile]: '<!-- \u2028\u2029 -->' };
    const { text } = embeddedJson(value);
    expect(text).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(text)).toEqual(value);
  });
});

describe('a hostile result', () => {
  const cell = cellOf({
    ...glibc,
    configuration: hostile,
    notes: [hostile],
    reason: hostile,
    command: ['java', hostile],
    settings: { env: { [hostile]: hostile }, jvmFlags: [hostile] },
    provenance: {
      verified: false,
      problems: [hostile],
      preloaded: [hostile],
      allocatorLibrary: hostile,
      environment: { [hostile]: hostile },
      readBack: { [hostile]: hostile },
      jvmFlags: [hostile],
    },
  });
  const failed = cellOf({ configuration: `${hostile} 2`, state: 'failed', reason: hostile });
  const page = renderHtml(resultOf([cell, failed]), { assets });

  test('puts no element into the page', () => {
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)).toHaveLength(3);
  });

  test('is shown as it is written', () => {
    expect(page.split(escaped).length).toBeGreaterThan(12);
  });
});

describe('the page', () => {
  const result = resultOf([glibc, trimmed]);
  const page = renderHtml(result, { assets });

  test('asks for nothing from outside, and runs no script but its own', () => {
    expect(page).not.toMatch(/(?:src|href)="(?!#)/);
    expect(page).not.toMatch(/@import|url\(/);
    const hash = createHash('sha256').update(assets().script).digest('base64');
    expect(page).toContain(`default-src &#39;none&#39;; script-src &#39;sha256-${hash}&#39;;`);
  });

  test('carries the licences of what is bundled', () => {
    expect(page).toContain('<!--\nThe MIT License\n-->');
  });

  test('has every section under a heading that the navigation names', () => {
    const sections = [...page.matchAll(/<section aria-labelledby="(\w+)"><h2 id="(\w+)">/g)].map(([, label, id]) => [label, id]);
    const ids = ['verdict', 'figures', 'timeline', 'kept', 'breakdown', 'provenance', 'host'];
    expect(sections).toEqual(ids.map((id) => [id, id]));
    expect([...page.matchAll(/<li><a href="#(\w+)">/g)].map(([, id]) => id)).toEqual(ids);
  });

  test('every table has a caption and headers with a scope', () => {
    expect(page.match(/<table[^>]*>\s*<caption>/g)).toHaveLength(page.match(/<table/g)?.length ?? 0);
    expect(page).not.toMatch(/<th(?! scope)[ >]/);
  });

  test('the verdict compares the reference with the smallest', () => {
    expect(textOf(page, 'verdict')).toContain('980 MiB RSS that glibc , the reference, settles at');
    expect(textOf(page, 'verdict')).toContain(
      '520 MiB RSS that glibc-trim , the smallest of the others, in one run each, settles at',
    );
    expect(textOf(page, 'verdict')).toContain('460 MiB less per process');
  });

  test('the breakdown splits RSS at each phase; a phase that was not reached is a dash', () => {
    const rows = page.slice(page.indexOf('class="breakdown"'), page.indexOf('</table>', page.indexOf('class="breakdown"')));
    expect(rows).toContain('<b>1,000</b> <span class="parts">native 993 · live 600</span>');
    expect(rows.match(/<td>–<\/td>/g)).toHaveLength(1);
  });

  test('what was kept and returned is in figures, with the scale as decoration', () => {
    expect(textOf(page, 'kept')).toContain('glibc 4 % 480 glibc-trim 96 % 20');
  });

  test('the raw result and the cells as CSV are in it, to be downloaded', () => {
    const embedded = (id: string) => JSON.parse(new RegExp(`id="${id}">(.*?)</script>`, 's').exec(page)?.[1] ?? '');
    expect(embedded('offheap-result')).toEqual(result);
    expect(embedded('offheap-csv')).toMatch(/^configuration,allocator,repeat,state,/);
  });

  test('the chart has its values in a table, and says so without JavaScript', () => {
    expect(textOf(page, 'timeline')).toMatch(/The chart needs JavaScript/);
    expect(textOf(page, 'timeline')).toMatch(/glibc 100 100 100 100 500 500 500 500 1,000 1,000 1,000 1,000 980/);
  });
});

test('without a timeline there is no chart, without an ok cell no breakdown', () => {
  const page = renderHtml(resultOf([cellOf({ state: 'skipped', reason: 'no library' })]), { assets });
  expect(page).not.toMatch(/id="(timeline|breakdown|kept)"/);
  expect(textOf(page, 'verdict')).toContain('nothing to conclude');
  expect(textOf(page, 'figures')).toContain('glibc: skipped. no library');
});

test('an interrupted run says so', () => {
  expect(renderHtml(resultOf([glibc], false), { assets })).toContain('The run was interrupted');
});
