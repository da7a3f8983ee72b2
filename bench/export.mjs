// npm run bench:export [-- --minutes=N]: what `offheap export` costs with 20 JVMs on one machine, scraped each 15 s, with its default options: time of a
// scrape, its processor time and RSS, what it does to the JVMs, and what Prometheus stores. Writes bench/results/export.json and its section of
// BENCHMARKS.md. Needs the builds, javac, and promtool of Debian's prometheus.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readOptions } from '../scripts/lib/options.mjs';
import { writeExportSection } from './export-section.mjs';
import { root } from './lib/bench.mjs';
import { compileBurst, cpuMs, readMetric, rssBytes, samplesOf, scrape, startExporter, startJvm, stop } from './lib/exporter.mjs';

const jvmCount = 20;
const withNmt = 10;
const scrapeIntervalMs = 15_000;
const rapidScrapes = 200;
/** Two hours, which is a block of Prometheus's. */
const blockMs = 2 * 3_600_000;
const { minutes } = readOptions(import.meta.url, { minutes: { type: 'string', default: '10' } });

async function scrapeRegularly({ child, url }) {
  const before = { atMs: performance.now(), cpuMs: cpuMs(child.pid) };
  const scrapes = [];
  for (let next = before.atMs; next < before.atMs + minutes * 60_000; next += scrapeIntervalMs) {
    await delay(next - performance.now());
    scrapes.push({ ...(await scrape(url)), rssBytes: rssBytes(child.pid) });
    process.stderr.write(`bench: ${scrapes.at(-1).ms.toFixed(0)} ms, RSS ${(scrapes.at(-1).rssBytes / 1e6).toFixed(0)} MB\n`);
  }
  const wallMs = performance.now() - before.atMs;
  return { wallMs, cpuMs: cpuMs(child.pid) - before.cpuMs, scrapes };
}

/** The scrapes again and again until a block is full, as Prometheus would have stored them. */
function storedBytes(scrapes, folder) {
  const input = join(folder, 'openmetrics.txt');
  const output = join(folder, 'blocks');
  const count = blockMs / scrapeIntervalMs;
  const first = Math.ceil(Date.UTC(2026, 0, 1) / blockMs) * blockMs;
  const families = new Map();
  for (let index = 0; index < count; index++) {
    const at = (first + index * scrapeIntervalMs) / 1000;
    for (const line of samplesOf(scrapes[index % scrapes.length].text)) {
      const series = line.slice(0, line.lastIndexOf(' '));
      const list = families.get(series) ?? [];
      if (list.length === 0) families.set(series, list);
      list.push(`${line} ${at}`);
    }
  }
  writeFileSync(input, `${[...families.values()].flat().join('\n')}\n# EOF\n`);
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', input, output], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const sizes = readdirSync(output, { recursive: true }).map((name) => statSync(join(output, name)));
  const bytes = sizes.filter((entry) => entry.isFile()).reduce((sum, { size }) => sum + size, 0);
  return { series: families.size, samples: [...families.values()].flat().length, bytes };
}

const folder = mkdtempSync(join(tmpdir(), 'offheap-bench-'));
const children = [];
try {
  compileBurst(folder);
  for (let index = 0; index < jvmCount; index++)
    children.push(await startJvm(folder, index < withNmt ? ['-XX:NativeMemoryTracking=summary'] : []));
  const jvmRssBefore = children.map(({ pid }) => rssBytes(pid));
  const jvmCpuBefore = children.map(({ pid }) => cpuMs(pid));
  const exporter = await startExporter(`-cp ${folder} `);
  children.push(exporter.child);
  const { wallMs, cpuMs: exporterCpuMs, scrapes } = await scrapeRegularly(exporter);
  const jvms = children.slice(0, jvmCount);
  const jvmRssAfter = jvms.map(({ pid }) => rssBytes(pid));
  const jvmCpuAfter = jvms.map(({ pid }) => cpuMs(pid));
  const rapid = [];
  for (let index = 0; index < rapidScrapes; index++) rapid.push((await scrape(exporter.url)).ms);
  const last = scrapes.at(-1).text;
  const ofNmt = samplesOf(last).filter((line) => line.startsWith('jvm_memory_nmt_')).length;
  const ofProcesses = samplesOf(last).filter((line) => line.includes('pid="')).length;
  const result = {
    ...{ takenAt: new Date().toISOString(), kernel: release(), cpus: cpus().length, cpu: cpus()[0].model, node: process.version },
    ...{ jvmCount, withNmt, scrapeIntervalMs, wallMs, exporterCpuMs },
    scrapes: scrapes.map(({ ms, rssBytes: rss, text }) => ({ ms, rssBytes: rss, bytes: text.length })),
    rapidMs: rapid,
    looks: readMetric(last, 'offheap_exporter_look_duration_seconds_count'),
    lookSeconds: readMetric(last, 'offheap_exporter_look_duration_seconds_sum'),
    errors: samplesOf(last).filter((line) => line.startsWith('offheap_exporter_errors_total')),
    series: { all: samplesOf(last).length, ofProcesses, ofNmt },
    stored: storedBytes(scrapes.slice(scrapes.length / 2), folder),
    jvms: jvms.map((_, index) => ({
      rssBeforeBytes: jvmRssBefore[index],
      rssAfterBytes: jvmRssAfter[index],
      cpuMs: jvmCpuAfter[index] - jvmCpuBefore[index],
    })),
  };
  mkdirSync(join(root, 'bench', 'results'), { recursive: true });
  writeFileSync(join(root, 'bench', 'results', 'export.json'), `${JSON.stringify(result)}\n`);
  writeExportSection();
} finally {
  await Promise.all(children.map(stop));
  rmSync(folder, { recursive: true });
}
