import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { renderDoctorHtml } from '../../src/reporters/html/doctor-page.ts';
import { renderOwnersHtml } from '../../src/reporters/html/owners-page.ts';
import { doctorResultOf } from '../fixtures/doctor.ts';
import { figures, mallocOf, mib, regionsOf } from '../fixtures/evidence.ts';
import { leakingOwners, ownerOf } from '../fixtures/owners.ts';
import { expectAccessible } from './axe.ts';
import { assets, useBrowser } from './browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'offheap-owners-report-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hostile = '</script><img src=x onerror="alert(1)">';
const { open } = useBrowser();

const named = {
  ...leakingOwners(),
  owners: [...leakingOwners().owners, ownerOf({ kind: 'library', name: hostile, bytes: mib(3) })],
};
const save = (name: string, page: string) => {
  const file = join(folder, name);
  writeFileSync(file, page);
  return file;
};
const file = save('owners.html', renderOwnersHtml(named, { assets, tool: { name: 'offheap', version: '0.0.0' }, top: 20 }));
const { owners, liveBlocks, liveBytes, unowned, threads, gaps } = leakingOwners();
const { evidence, ...result } = doctorResultOf();
/** Of the blocks in use a half is resident. */
const resident = { ...figures(50), liveBytes: mib(100), sizeBytes: mib(100) };
const doctors = save(
  'doctor.html',
  renderDoctorHtml(
    {
      ...result,
      evidence: {
        ...evidence,
        rssBytes: mib(900),
        regions: regionsOf({ 'java heap': 800, 'glibc arenas': 50, unexplained: 50 }),
        malloc: mallocOf(resident),
        owners: { owners, liveBlocks, liveBytes, unowned, threads, gaps },
      },
    },
    { assets },
  ),
);

const tiles = (page: Page, map = '#owners-map') =>
  page.locator(`${map} .tile.level-1`).evaluateAll((elements) => elements.map((element) => element.getAttribute('title')));
const notes = (page: Page, map = '#owners-map') => page.locator(`${map} .map-notes > *`).allTextContents();
const held = [
  '400 objects, 700 blocks.',
  '400 objects of app.Native hold addresses in their field handle.',
  'The largest C++ classes of app.Native’s blocks: 300 native::Codec.',
  'The program holds all 400 objects of app.Native:',
  '← java.util.HashMap$Node.value (400)',
  '← static app.Cache.MAP',
];

test('no network, no request, no complaint; hostile names stay names', async () => {
  const { page, complaints, requests, context } = await open(file);
  await page.locator('.tile').first().waitFor();
  expect({ complaints, requests }).toEqual({ complaints: [], requests: [`file://${file}`] });
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('.owners').textContent()).toContain(hostile);
  await page.getByRole('button', { name: hostile }).click();
  expect(await page.locator('.crumbs b').textContent()).toBe(`${hostile} 3.0 MiB`);
  expect(complaints).toEqual([]);
  await context.close();
});

describe('the map', () => {
  test('an owner opens, and shows what its blocks are and who holds its objects', async () => {
    const { page, context } = await open(file);
    expect(await tiles(page)).toEqual([
      'app.Native: 60 MiB, 60 % of the blocks in use',
      'JVM: 20 MiB, 20 % of the blocks in use',
      'nobody: no pointer found: 10 MiB, 10 % of the blocks in use',
      'worker- × 7: 6.0 MiB, 6 % of the blocks in use',
      `${hostile}: 3.0 MiB, 3 % of the blocks in use`,
      'other owners: 1.0 MiB, 1 % of the blocks in use',
    ]);
    expect(await notes(page)).toEqual([]);
    await page.getByRole('button', { name: /^app\.Native: 60 MiB/ }).click();
    expect(await tiles(page)).toEqual([
      '300 native::Codec: 50 MiB, 50 % of the blocks in use',
      'other blocks: 10 MiB, 10 % of the blocks in use',
    ]);
    expect(await notes(page)).toEqual(held);
    await page.locator('#owners-map .crumbs').getByRole('button', { name: 'blocks in use' }).click();
    expect(await tiles(page)).toHaveLength(6);
    expect(await notes(page)).toEqual([]);
    await context.close();
  });

  test('by keyboard: Tab reaches each owner, Enter opens, Escape goes back', async () => {
    const { page, context } = await open(file);
    await page.locator('#owners-map button.tile').first().focus();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('JVM: 20 MiB, 20 % of the blocks in use. Open');
    await page.keyboard.press('Enter');
    expect(await notes(page)).toContain('The JVM itself counts them as Class, 12 MiB; Symbol, 2.0 MiB.');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('blocks in use');
    await page.keyboard.press('Escape');
    expect(await tiles(page)).toHaveLength(6);
    await context.close();
  });
});

test('the table and the text have the same, also without a script', async () => {
  const { page, context } = await open(file, { javaScriptEnabled: false });
  expect(await page.getByText('The map needs JavaScript').isVisible()).toBe(true);
  expect(await page.locator('#owners-map').isVisible()).toBe(false);
  expect(await page.locator('.owners tbody tr').count()).toBe(7);
  const text = (await page.locator('article.owner').first().innerText()).split('\n').filter((line) => line !== '');
  expect(text).toEqual(['app.Native', ...held.slice(1)]);
  await context.close();
});

test('the doctor’s page: owners in the map of RSS, resident, and a map of their own', async () => {
  const { page, complaints, context } = await open(doctors);
  await page
    .locator('#parts-map')
    .getByRole('button', { name: /^malloc in use: 50 MiB/ })
    .click();
  expect((await tiles(page, '#parts-map'))[0]).toBe('app.Native: 30 MiB, 3 % of RSS');
  await page
    .locator('#parts-map')
    .getByRole('button', { name: /^app\.Native: 30 MiB/ })
    .click();
  expect(await notes(page, '#parts-map')).toEqual(held);
  expect((await tiles(page))[0]).toBe('app.Native: 60 MiB, 60 % of the blocks in use');
  expect(complaints).toEqual([]);
  await context.close();
});

test('fits a phone, with an owner open', async () => {
  for (const path of [file, doctors]) {
    const { page, context } = await open(path, { viewport: { width: 400, height: 800 } });
    await page.locator('#owners-map button.tile').first().click();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
    await context.close();
  }
});

test('the whole result can be downloaded', async () => {
  const { page, context } = await open(file);
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download owners.json' }).click();
  expect(JSON.parse(readFileSync(await (await coming).path(), 'utf8'))).toEqual(named);
  await context.close();
});

describe.each([
  ['owners', file],
  ['a doctor’s result with owners', doctors],
])('%s', (_, path) => {
  test.each(['light', 'dark'] as const)('%s: no serious violation found by axe', async (colorScheme) => {
    const { page, context } = await open(path, { colorScheme, bypassCSP: true });
    await expectAccessible(page);
    await page.locator('#owners-map button.tile').first().click();
    await expectAccessible(page);
    await context.close();
  });
});
