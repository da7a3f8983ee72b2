import { fileURLToPath } from 'node:url';
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { browserOptions } from '../../scripts/lib/browser.mjs';
import { loadReportAssets } from '../../src/commands/run/report-assets.ts';
import { skipUnless } from '../skip.ts';

export const assets = loadReportAssets;

const launchOptions = browserOptions(fileURLToPath(new URL('../..', import.meta.url)));

/** Nothing takes as long on an idle machine. */
const timeoutMs = 120_000;

/**
 * Maps and graphs are drawn when the first picture is made, by a ResizeObserver, whose turn is after the callbacks for that picture. On a busy machine that may be long after the
 * page has loaded.
 */
const drawn = 'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))';

export interface OpenedPage {
  page: Page;
  /** What went to the console, and errors that nobody caught. */
  complaints: string[];
  /** What the page asked for beside itself. */
  requests: string[];
  context: BrowserContext;
}

/** Chromium for the tests of one file, with the network off. */
export function useBrowser(): { open: (file: string, options?: BrowserContextOptions) => Promise<OpenedPage> } {
  const running: { browser?: Awaited<ReturnType<typeof chromium.launch>> } = {};
  skipUnless(launchOptions !== undefined, 'there is no browser');
  beforeAll(async () => {
    if (launchOptions) running.browser = await chromium.launch({ ...launchOptions, timeout: timeoutMs });
  });
  afterAll(async () => {
    await running.browser?.close();
  });
  return {
    open: async (file, options = {}) => {
      if (!running.browser) throw new Error('the browser has not been started');
      const context = await running.browser.newContext({ offline: true, viewport: { width: 1280, height: 900 }, ...options });
      context.setDefaultTimeout(timeoutMs);
      const page = await context.newPage();
      const complaints: string[] = [];
      const requests: string[] = [];
      page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(`file://${file}`);
      if (options.javaScriptEnabled !== false) await page.evaluate(drawn);
      return { page, complaints, requests, context };
    },
  };
}
