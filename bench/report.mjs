// How long a large HTML report takes to open: 20 cells with 10,000 samples each, until its chart is drawn, in Chromium with the network off.
// Fails over the bound. Usage: npm run bench:report [-- --quick]
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { loadReportAssets } from '../dist/commands/run/report-assets.js';
import { schemaVersion } from '../dist/model/result-versions.js';
import { bytesPerMiB } from '../dist/model/units.js';
import { renderHtml } from '../dist/reporters/html/result-page.js';
import { summariseRun } from '../dist/stats/summary.js';
import { browserOptions } from '../scripts/lib/browser.mjs';
import { readOptions } from '../scripts/lib/options.mjs';
import { fail } from '../scripts/lib/run.mjs';

const { quick } = readOptions(import.meta.url, { quick: { type: 'boolean' } });
const [cellCount, sampleCount, intervalMs, rounds, boundMs] = [20, 10_000, 5, quick ? 3 : 7, 2000];

const folder = mkdtempSync(join(tmpdir(), 'offheap-bench-report-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'report.html');
writeFileSync(file, renderHtml(largeResult(), { assets: loadReportAssets }));

const launch = browserOptions(fileURLToPath(new URL('..', import.meta.url)));
if (launch === undefined) fail('expected a browser, found none. Install Chromium: apt-get install chromium');
const browser = await chromium.launch(launch);
const times = [];
for (let round = 0; round < rounds; round++) times.push(await timeToOpen());
await browser.close();

const median = times.sort((a, b) => a - b)[Math.floor(rounds / 2)];
const size = (statSync(file).size / bytesPerMiB).toFixed(1);
process.stdout.write(
  `report of ${cellCount} cells × ${sampleCount} samples, ${size} MiB: opened in ${times.map(Math.round).join(', ')} ms; median ${Math.round(median)} ms, bound ${boundMs} ms\n`,
);
process.exitCode = median < boundMs ? 0 : 1;

/** From the request to the frame after the one in which the chart was made. */
async function timeToOpen() {
  const context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const startedAt = performance.now();
  await page.goto(`file://${file}`);
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  if ((await page.locator('#chart canvas').count()) !== 1) throw new Error('the report has no chart');
  const elapsed = performance.now() - startedAt;
  await context.close();
  return elapsed;
}

function largeResult() {
  const atMs = Array.from({ length: sampleCount }, (_, index) => index * intervalMs);
  const cells = Array.from({ length: cellCount }, (_, cell) => ({
    configuration: `configuration-${cell}`,
    allocator: 'glibc',
    settings: { env: {}, jvmFlags: [] },
    scenario: { name: 'java-repro', loader: 'leaky', scan: 'all', threads: 8, passes: 1, streams: 1, heapBytes: bytesPerMiB },
    repeat: 1,
    state: 'ok',
    phases: phasesOf(cell),
    timeline: {
      intervalMs,
      atMs,
      rssBytes: atMs.map((ms) => (500 + ((ms * (cell + 7)) % 400)) * bytesPerMiB),
      liveBytes: atMs.map((ms) => ((ms * 3) % 300) * bytesPerMiB),
      gaps: [],
    },
    notes: [],
  }));
  const keys = cells.map(({ configuration }) => configuration);
  const host = { kernel: '', libc: '', cpus: 1, memoryBytes: 1, jdk: { version: '', vendor: '', home: '' } };
  const tool = { name: 'offheap', version: '' };
  return {
    schemaVersion,
    tool,
    startedAt: '',
    complete: true,
    seed: 1,
    host,
    cells,
    ...summariseRun(cells, { order: keys, reference: keys[0] }),
  };
}

function phasesOf(cell) {
  const sample = (atMs, mib) => ({
    atMs,
    rssBytes: mib * bytesPerMiB,
    nativeRssBytes: mib * bytesPerMiB,
    javaHeapRssBytes: 0,
    liveBytes: 0,
  });
  return {
    baseline: sample(0, 400),
    loaded: sample(9000, 900),
    collected: sample(10_000, 900),
    settled: sample(40_000, 500 + cell),
  };
}
