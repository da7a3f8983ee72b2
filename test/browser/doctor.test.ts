import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import type { DoctorResult } from '../../src/model/doctor.ts';
import { renderDoctorComparison } from '../../src/reporters/html/doctor-comparison.ts';
import { renderDoctorHtml } from '../../src/reporters/html/doctor-page.ts';
import { toStackTree } from '../../src/stats/stack-tree.ts';
import { doctorResultOf } from '../fixtures/doctor.ts';
import { arenasOf, figures, mallocOf, mib, regionsOf } from '../fixtures/evidence.ts';
import { expectAccessible } from './axe.ts';
import { assets, useBrowser } from './browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'offheap-doctor-report-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hostile = '</script><img src=x onerror="alert(1)">';
const { open } = useBrowser();

const stacksOf = (...stacks: [bytes: number, ...frames: string[]][]): NonNullable<DoctorResult['stacks']> => {
  const top = stacks.map(([bytes, ...frames]) => ({ bytes: mib(bytes), frames: frames.toReversed() }));
  const tree = toStackTree(stacks.map(([bytes, ...frames]) => ({ bytes: mib(bytes), frames })));
  return { intervalMs: 5000, bytes: mib(100), top, tree, collapsedFile: '/results/a', flameGraphFile: '/results/b' };
};
/** A JVM whose arenas keep 400 MiB, and in which everything that has a name has a hostile one. */
function resultNamed(name: string): DoctorResult {
  const { evidence, ...result } = doctorResultOf();
  const files = { ...regionsOf({ 'mapped files': 99 })[0], largest: [{ name, sizeBytes: mib(97), rssBytes: mib(97) }] } as never;
  return {
    ...result,
    evidence: {
      ...evidence,
      command: ['java', '-jar', name],
      rssBytes: mib(900),
      regions: [...regionsOf({ 'java heap': 384, 'glibc arenas': 417 }), files],
      malloc: mallocOf(figures(10, { pageBytes: 400, arenaTopBytes: 7 }), {
        arenas: arenasOf(4, { pageBytes: 100, arenaTopBytes: 1 }),
      }),
    },
    stacks: stacksOf([75, 'java/lang/Thread.run', 'Scanner.read', name], [25, 'java/lang/Thread.run', 'os::create_thread']),
  };
}

const file = join(folder, 'doctor.html');
writeFileSync(file, renderDoctorHtml(resultNamed(hostile), { assets }));
const comparison = join(folder, 'comparison.html');
const [before, after] = [resultNamed(hostile), { ...doctorResultOf(), findings: [] }];
writeFileSync(comparison, renderDoctorComparison({ before, after, files: { before, after } }, { assets }));
const frames = (page: Page) => page.locator('.frame').allTextContents();
const tiles = (page: Page) =>
  page.locator('.tile.level-1').evaluateAll((elements) => elements.map((element) => element.getAttribute('title')));

test('no network, no request, no complaint; hostile names stay names', async () => {
  const { page, complaints, requests, context } = await open(file);
  await page.locator('.frame').first().waitFor();
  await page.locator('.tile').first().waitFor();
  expect(complaints).toEqual([]);
  expect(requests).toEqual([`file://${file}`]);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('h1').textContent()).toBe(`${hostile.slice(hostile.lastIndexOf('/') + 1)} (pid 4711)`);
  expect(await frames(page)).toContain(hostile);
  await page.getByRole('button', { name: /^mapped files: 99 MiB/ }).click();
  expect(await page.locator('.map-list li').allTextContents()).toEqual([
    `${hostile}: 97 MiB, 11 % of RSS`,
    'the rest: 2.0 MiB, < 1 % of RSS',
  ]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('the first screen has the verdict, the bar and a cure', async () => {
  const { page, context } = await open(file);
  const bottomOf = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => element.getBoundingClientRect().bottom);
  for (const selector of ['.verdict', '.memory', '.shares', '.cure', '.copy'])
    expect(await bottomOf(selector), selector).toBeLessThan(800);
  await context.close();
});

test('a line is copied as it is written', async () => {
  const { page, context } = await open(file, { permissions: ['clipboard-read', 'clipboard-write'] });
  const button = page.getByRole('button', { name: 'Copy: run now' });
  await button.click();
  await expect.poll(() => button.textContent()).toBe('Copied');
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('jcmd 4711 System.trim_native_heap');
  await context.close();
});

describe('the map', () => {
  test('opens a part, and the way back is named', async () => {
    const { page, context } = await open(file);
    expect(await tiles(page)).toEqual([
      'malloc kept free, a trim gives it back: 400 MiB, 44 % of RSS',
      'java heap: 384 MiB, 43 % of RSS',
      'mapped files: 99 MiB, 11 % of RSS',
      'malloc in use: 10 MiB, 1 % of RSS',
      'malloc kept free, a trim does not: 7.0 MiB, < 1 % of RSS',
    ]);
    await page.getByRole('button', { name: /^malloc kept free, a trim gives/ }).click();
    expect(await tiles(page)).toEqual([1, 2, 3, 4].map((arena) => `arena ${arena}: 100 MiB, 11 % of RSS`));
    expect(await page.locator('.crumbs').innerText()).toContain('malloc kept free, a trim gives it back 400 MiB');
    await page.locator('.crumbs').getByRole('button', { name: 'RSS' }).click();
    expect(await tiles(page)).toHaveLength(5);
    await context.close();
  });

  test('by keyboard: Enter opens, Escape goes back', async () => {
    const { page, context } = await open(file);
    await page.locator('button.tile').first().focus();
    await page.keyboard.press('Enter');
    expect(await tiles(page)).toHaveLength(4);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('RSS');
    await page.keyboard.press('Escape');
    expect(await tiles(page)).toHaveLength(5);
    await context.close();
  });
});

describe('the flame graph', () => {
  const details = (page: Page) => page.locator('.flame-details').textContent();

  test('a click opens a frame, All shows all again', async () => {
    const { page, context } = await open(file);
    expect(await frames(page)).toEqual(['all', 'java/lang/Thread.run', 'Scanner.read', 'os::create_thread', hostile]);
    await page.locator('.frame', { hasText: 'os::create_thread' }).click();
    expect(await frames(page)).toEqual(['all', 'java/lang/Thread.run', 'os::create_thread']);
    expect(await details(page)).toBe('os::create_thread: 25 MiB, 25 %');
    await page.getByRole('button', { name: 'All', exact: true }).click();
    expect(await frames(page)).toHaveLength(5);
    await context.close();
  });

  test('a search marks frames, and says how much their stacks hold', async () => {
    const { page, context } = await open(file);
    await page.getByRole('searchbox', { name: 'find' }).fill('SCANNER');
    expect(await page.locator('.frame.found').allTextContents()).toEqual(['Scanner.read']);
    expect(await details(page)).toBe('Stacks with it: 75 MiB, 75 %.');
    await context.close();
  });

  test('by keyboard alone: down, aside, open, all', async () => {
    const { page, context } = await open(file);
    await page.locator('.frame').first().focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('os::create_thread');
    expect(await page.locator('.frame[tabindex="0"]').allTextContents()).toEqual(['os::create_thread']);
    await page.keyboard.press('Enter');
    expect(await frames(page)).toHaveLength(3);
    await page.keyboard.press('Escape');
    expect(await frames(page)).toHaveLength(5);
    await context.close();
  });

  test('stacks of a file without a tree are drawn from the largest', async () => {
    const { stacks, ...result } = resultNamed('a');
    if (!stacks) throw new Error('the result has stacks');
    const { tree: _, ...older } = stacks;
    const old = join(folder, 'older.html');
    writeFileSync(old, renderDoctorHtml({ ...result, stacks: older }, { assets }));
    const { page, context } = await open(old);
    expect(await frames(page)).toEqual(['all', 'java/lang/Thread.run', 'Scanner.read', 'os::create_thread', 'a']);
    await context.close();
  });
});

test('fits a phone; without a script the tables are there', async () => {
  const narrow = await open(file, { viewport: { width: 400, height: 800 } });
  expect(await narrow.page.evaluate('document.documentElement.scrollWidth')).toBe(400);
  await narrow.context.close();
  const { page, context } = await open(file, { javaScriptEnabled: false });
  expect(await page.getByText('The map needs JavaScript').isVisible()).toBe(true);
  expect(await page.locator('.copy').first().isVisible()).toBe(false);
  expect(await page.locator('.regions tbody tr').count()).toBe(3);
  await context.close();
});

test('the whole result can be downloaded', async () => {
  const { page, context } = await open(file);
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download doctor.json' }).click();
  expect(JSON.parse(readFileSync(await (await coming).path(), 'utf8'))).toEqual(resultNamed(hostile));
  await context.close();
});

test('two results: no complaint, hostile names stay names, a phone is wide enough', async () => {
  const { page, complaints, context } = await open(comparison, { viewport: { width: 400, height: 800 } });
  expect(complaints).toEqual([]);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('.memory').count()).toBe(2);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
  await context.close();
});

describe.each([
  ['a result', file],
  ['two results', comparison],
])('%s', (_, path) => {
  test.each(['light', 'dark'] as const)('%s: no serious violation found by axe', async (colorScheme) => {
    const { page, context } = await open(path, { colorScheme, bypassCSP: true });
    await expectAccessible(page);
    await context.close();
  });
});
