import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import type { ResultFile, Timeline } from '../../src/model/result.ts';
import { bytesPerMiB } from '../../src/model/units.ts';
import { renderHtml } from '../../src/reporters/html/result-page.ts';
import { cellOf, phasesOf, resultOf, timelineOf } from '../fixtures/cells.ts';
import { expectAccessible } from './axe.ts';
import { assets, useBrowser } from './browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'offheap-report-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hostile = '</script><img src=x onerror="alert(1)">';

/** Twelve seconds: up to `peakMiB` at 3 s, from 5 s on at `endMiB`. */
function cellWith(configuration: string, peakMiB: number, endMiB: number, repeat = 1) {
  const at = Array.from({ length: 1201 }, (_, index) => index * 10);
  const level = (ms: number) => (ms < 3000 ? 400 + ((peakMiB - 400) * ms) / 3000 : ms < 5000 ? peakMiB : endMiB);
  return cellOf({
    configuration,
    repeat,
    phases: phasesOf({ baseline: [400, 10], loaded: [peakMiB, 500], collected: [peakMiB, 10], settled: [endMiB, 10] }),
    timeline: timelineOf(
      at,
      at.map((ms) => Math.round(level(ms))),
      at.map((ms) => (ms < 4000 ? 300 : 10)),
    ),
  });
}

const result = resultOf([cellWith('glibc', 1000, 950), cellWith('jemalloc', 900, 420), cellWith(hostile, 800, 700)]);
const save = (name: string, text: string) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const reportFile = save('report.html', renderHtml(result, { assets }));
/** Repeats, exact readings and stacks, under a hostile name. */
const wholeCells = [1, 2, 3].map((repeat) => {
  const cell = cellWith(hostile, 900, 700 + repeat, repeat);
  const details = {
    atMs: [0, 6000, 12_000],
    rssBytes: [400, 700, 700].map((mib) => mib * bytesPerMiB),
    anonymousBytes: [390, 670, 670].map((mib) => mib * bytesPerMiB),
    javaHeapRssBytes: [null, 300 * bytesPerMiB, 300 * bytesPerMiB],
    ...{ swapBytes: [0, 0, 0], cgroupBytes: [0, 0, 0] },
  };
  const frames = [hostile, 'java/lang/Thread.run'];
  const stacks = {
    bytes: 7 * bytesPerMiB,
    top: [{ bytes: 7 * bytesPerMiB, frames }],
    collapsedFile: hostile,
    flameGraphFile: hostile,
  };
  return { ...cell, stacks, timeline: { ...cell.timeline, details } as Timeline };
});
const wholeReport = save('whole.html', renderHtml(resultOf([...wholeCells, cellWith('glibc', 1000, 950)]), { assets }));
const { open } = useBrowser();

const legend = (page: Page) =>
  page
    .locator('.legend tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent?.trim()).join(' ')));
const viewOf = (page: Page) => page.locator('#chart').getAttribute('data-view');
/** Puts the mouse over a share of the plot's width. */
async function hover(page: Page, share: number) {
  await page.locator('.u-over').scrollIntoViewIfNeeded();
  const box = await page.locator('.u-over').boundingBox();
  if (!box) throw new Error('the chart has no plot');
  await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
  return box;
}

describe('a result', () => {
  test('renders without network, request or complaint; hostile names stay names', async () => {
    const { page, complaints, requests, context } = await open(reportFile);
    await page.locator('.u-over').waitFor();
    expect(complaints).toEqual([]);
    expect(requests).toEqual([`file://${reportFile}`]);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('.legend tbody th').allTextContents()).toEqual([' glibc', ' jemalloc', ` ${hostile}`]);
    await context.close();
  });

  test('the chart draws', async () => {
    const { page, context } = await open(reportFile);
    const colors = await page.locator('#chart canvas').evaluate((canvas) => {
      const context = canvas instanceof HTMLCanvasElement && canvas.getContext('2d');
      if (!context) throw new Error('the chart has no canvas');
      const pixels = context.getImageData(0, 0, context.canvas.width, context.canvas.height).data;
      const seen = new Set<string>();
      for (let index = 0; index < pixels.length; index += 4)
        if (pixels[index + 3] === 255) seen.add(pixels.slice(index, index + 3).join());
      return [...seen];
    });
    // --series-0 to -2 of the light theme.
    expect(colors).toEqual(expect.arrayContaining(['209,73,91', '23,105,170', '42,138,74']));
    await context.close();
  });

  test('hovering shows the values at the cursor, and leaving takes them away', async () => {
    const { page, context } = await open(reportFile);
    await page.locator('#align').selectOption('start');
    await hover(page, 0.75);
    expect(await legend(page)).toEqual(['glibc 950 10', 'jemalloc 420 10', `${hostile} 700 10`]);
    expect(await page.locator('#cursor-time').textContent()).toMatch(/^, at (8\.9|9\.0)\d s$/);
    await hover(page, -0.2);
    expect(await legend(page)).toEqual(['glibc – –', 'jemalloc – –', `${hostile} – –`]);
    await context.close();
  });

  test('dragging zooms, a double click shows all again', async () => {
    const { page, context } = await open(reportFile);
    await page.locator('#align').selectOption('start');
    expect(await viewOf(page)).toBe('0–12000');
    const box = await hover(page, 0.25);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 50, { steps: 5 });
    await page.mouse.up();
    const [from = 0, to = 0] = (await viewOf(page))?.split('–').map(Number) ?? [];
    expect(Math.abs(from - 3000)).toBeLessThan(50);
    expect(Math.abs(to - 6000)).toBeLessThan(50);
    await page.locator('.u-over').dblclick();
    expect(await viewOf(page)).toBe('0–12000');
    await context.close();
  });

  test('by keyboard alone: reach the chart, zoom, move, pick, hear', async () => {
    const { page, context } = await open(reportFile);
    await page.locator('#align').selectOption('start');
    await page.evaluate('document.activeElement.blur(); document.querySelector("#main").focus()');
    const reached: string[] = [];
    while (reached.at(-1) !== 'in' && reached.length < 60) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate('document.activeElement.id || document.activeElement.dataset.chart || ""'));
    }
    await page.keyboard.press('Enter');
    expect(await viewOf(page)).toBe('3000–9000');
    for (let element = 'in'; element !== 'chart' && reached.length < 60; reached.push(element)) {
      await page.keyboard.press('Tab');
      element = await page.evaluate('document.activeElement.id || document.activeElement.dataset.chart || ""');
    }
    expect(reached.slice(reached.indexOf('in'))).toEqual([
      'in',
      'out',
      'earlier',
      'later',
      'reset',
      'show-rss',
      'show-live',
      'align',
      'chart',
    ]);
    await page.keyboard.press('Shift+ArrowRight');
    expect(await viewOf(page)).toBe('4500–10500');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('#chart-status').textContent()).toBe('4.6 s. glibc: RSS 1,000, live 10');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('#chart-status').textContent()).toBe('4.6 s. jemalloc: RSS 900, live 10');
    await page.keyboard.press('0');
    expect(await viewOf(page)).toBe('0–12000');
    await context.close();
  });

  test('time counts from the phase that is chosen', async () => {
    const { page, context } = await open(reportFile);
    expect(await page.locator('#align').inputValue()).toBe('loaded');
    expect(await viewOf(page)).toBe('-1000–11000');
    await context.close();
  });

  test('the theme follows the system until it is chosen', async () => {
    const { page, context } = await open(reportFile, { colorScheme: 'dark' });
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await background()).toBe('rgb(18, 21, 25)');
    await page.getByRole('button', { name: 'Theme: auto' }).click();
    expect(await background()).toBe('rgb(246, 247, 249)');
    await page.getByRole('button', { name: 'Theme: light' }).click();
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await background()).toBe('rgb(18, 21, 25)');
    await context.close();
  });

  test('the raw result is downloaded as it was', async () => {
    const { page, context } = await open(reportFile);
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download result.json' }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toBe('result.json');
    expect(JSON.parse(readFileSync(await download.path(), 'utf8')) as ResultFile).toEqual(result);
    await context.close();
  });

  test('fits a phone: what is wide is scrolled within the page', async () => {
    const { page, context } = await open(reportFile, { viewport: { width: 400, height: 800 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
    await context.close();
  });

  test('without JavaScript everything but the chart is there', async () => {
    const { page, context } = await open(reportFile, { javaScriptEnabled: false });
    expect(await page.getByText('The chart needs JavaScript').isVisible()).toBe(true);
    expect(await page.locator('#chart').isVisible()).toBe(false);
    expect(await page.locator('.breakdown tbody tr').count()).toBe(3);
    await context.close();
  });
});

test('a result of 20 cells with 10,000 samples each opens, and zooms', async () => {
  const at = Array.from({ length: 10_000 }, (_, index) => index * 5);
  const cells = Array.from({ length: 20 }, (_, cell) =>
    cellOf({
      configuration: `configuration-${cell}`,
      phases: phasesOf({ baseline: [400, 10], loaded: [900, 500], collected: [900, 10], settled: [500 + cell, 10] }),
      timeline: timelineOf(
        at,
        at.map((ms) => 500 + ((ms * (cell + 7)) % 400)),
        at.map((ms) => (ms * 3) % 300),
      ),
    }),
  );
  const file = save('large.html', renderHtml(resultOf(cells), { assets }));
  const { page, complaints, context } = await open(file);
  // How long it takes is measured by npm run bench:report.
  await page.locator('.u-over').waitFor();
  await page.getByRole('button', { name: 'Zoom in' }).click();
  expect(complaints).toEqual([]);
  await context.close();
});

test('hostile names stay names in every repeat, parts over time and flame graphs', async () => {
  const { page, complaints, context } = await open(wholeReport, { viewport: { width: 400, height: 800 } });
  await page.locator('.frame').first().waitFor();
  expect(complaints).toEqual([]);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('.repeats .point').count()).toBe(8);
  expect(await page.locator('.charts figcaption').allTextContents()).toEqual([hostile]);
  expect(await page.locator('.frame').allTextContents()).toEqual(['all', 'java/lang/Thread.run', hostile]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
  await context.close();
});

test('the end of a wide table that is hidden has a shadow, and none when it is reached', async () => {
  const { page, context } = await open(wholeReport, { viewport: { width: 400, height: 800 } });
  const figures = page.getByRole('region', { name: 'Table of figures' });
  await figures.scrollIntoViewIfNeeded();
  /** How dark the page is right at the end, below the last row of the head, on a scale of 255. */
  const shadeAtEnd = async () => {
    const box = await figures.boundingBox();
    if (!box) throw new Error('the table is not there');
    const png = await page.screenshot({ clip: { x: box.x + box.width - 3, y: box.y + box.height - 4, width: 2, height: 2 } });
    return page.evaluate(darkness, png.toString('base64'));
  };
  expect(await shadeAtEnd()).toBeGreaterThan(20);
  await figures.evaluate((element) => {
    element.scrollLeft = element.scrollWidth;
  });
  expect(await shadeAtEnd()).toBeLessThan(5);
  await context.close();
});

describe.each([
  ['a result', reportFile],
  ['a result with repeats and stacks', wholeReport],
])('%s', (_, file) => {
  test.each(['light', 'dark'] as const)('%s: no serious violation found by axe', async (colorScheme) => {
    const { page, context } = await open(file, { colorScheme, bypassCSP: true });
    await expectAccessible(page);
    await context.close();
  });
});

test('printed in dark, a page is light, and what is wide is not cut by a frame that scrolls', async () => {
  const { page, context } = await open(wholeReport, { colorScheme: 'dark' });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await page.evaluate('getComputedStyle(document.documentElement).getPropertyValue("--surface").trim()')).toBe('#ffffff');
  expect(
    await page
      .locator('.scroll')
      .first()
      .evaluate((element) => getComputedStyle(element).overflowX),
  ).toBe('visible');
  expect(await page.locator('nav').first().isVisible()).toBe(false);
  await context.close();
});

/** 255 less the lightness of a picture's first pixel; runs in the page. */
async function darkness(base64: string): Promise<number> {
  const image = new Image();
  image.src = `data:image/png;base64,${base64}`;
  await image.decode();
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(image, 0, 0);
  return 255 - (context.getImageData(0, 0, 1, 1).data[0] ?? 255);
}
