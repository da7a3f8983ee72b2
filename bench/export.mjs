// What `offheap export` costs with 200 JVMs on one machine, scraped each 15 s, with its default options: time of a scrape, its processor time and RSS, the
// age of its figures, what it does to the JVMs, and what Prometheus stores. Beside it a process with 60,000 mappings, looked at again and again.
// Usage: npm run bench:export [-- --jvms=N | --minutes=N | --quick | --report]. Needs the builds, javac, and promtool of Debian's prometheus.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { say } from '../scripts/lib/run.mjs';
import { renderExport } from './export-section.mjs';
import { root, runBenchmark } from './lib/bench.mjs';
import { compileBurst, cpuMs, readMetric, rssBytes, samplesOf, scrape, startExporter, startJvm, stop } from './lib/exporter.mjs';

const mappings = 60_000;
const scrapeIntervalMs = 15_000;
const rapidScrapes = 100;
/** So many JVMs are started at once. */
const startedAtOnce = 3;
/** Two hours, which is a block of Prometheus's. */
const blockMs = 2 * 3_600_000;
const lookedAt = /^offheap_process_looked_at_timestamp_seconds\{.*\} (\S+)$/gm;

await runBenchmark('export', {
  measure: ({ isQuick, values }) =>
    measure({ jvmCount: Number(values.jvms ?? 200), minutes: Number(values.minutes ?? (isQuick ? 1 : 30)) }),
  render: renderExport,
  options: { jvms: { type: 'string' }, minutes: { type: 'string' } },
});

async function measure({ jvmCount, minutes }) {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-bench-'));
  const children = [];
  try {
    compileBurst(folder);
    const withNmt = Math.floor(jvmCount / 2);
    const jvms = await startJvms(folder, { jvmCount, withNmt }, children);
    const jvmRssBefore = jvms.map(({ pid }) => rssBytes(pid));
    const jvmCpuBefore = jvms.map(({ pid }) => cpuMs(pid));
    const startedAt = performance.now();
    const exporter = await startExporter(`-cp ${folder} `);
    children.push(exporter.child);
    const scrapes = await scrapeRegularly(exporter, { minutes, startedAt });
    const wallMs = performance.now() - startedAt;
    const exporterCpuMs = cpuMs(exporter.child.pid);
    const jvmRssAfter = jvms.map(({ pid }) => rssBytes(pid));
    const jvmCpuAfter = jvms.map(({ pid }) => cpuMs(pid));
    const maxRssBytes = peakBytes(exporter.child.pid);
    const rapid = [];
    for (let index = 0; index < rapidScrapes; index++) rapid.push((await scrape(exporter.url)).ms);
    const last = scrapes.at(-1).text;
    await stop(exporter.child);
    return {
      ...{ jvmCount, withNmt, minutes, scrapeIntervalMs, wallMs, exporterCpuMs, maxRssBytes },
      scrapes: scrapes.map(({ text, ...figures }) => ({ ...figures, bytes: text.length })),
      rapidMs: rapid,
      looks: readMetric(last, 'offheap_exporter_look_duration_seconds_count'),
      lookSeconds: readMetric(last, 'offheap_exporter_look_duration_seconds_sum'),
      errors: samplesOf(last).filter((line) =>
        /^offheap_exporter_(errors_total|skipped_total\{reason="budget"\} [1-9])/.test(line),
      ),
      series: seriesOf(last),
      stored: storedBytes(scrapes.slice(Math.floor(scrapes.length / 2)), folder, jvms),
      jvms: jvms.map((_, index) => ({
        rssBeforeBytes: jvmRssBefore[index],
        rssAfterBytes: jvmRssAfter[index],
        cpuMs: jvmCpuAfter[index] - jvmCpuBefore[index],
      })),
      floor: await measureFloor(folder),
      many: await measureMany(),
    };
  } finally {
    await Promise.all(children.map(stop));
    rmSync(folder, { recursive: true });
  }
}

async function startJvms(folder, { jvmCount, withNmt }, children) {
  const jvms = [];
  const startNext = async () => {
    for (let index = jvms.length; index < jvmCount; index = jvms.length) {
      jvms.push(undefined);
      const jvm = await startJvm(folder, index < withNmt ? ['-XX:NativeMemoryTracking=summary'] : []);
      jvms[index] = jvm;
      children.push(jvm);
    }
  };
  await Promise.all(Array.from({ length: startedAtOnce }, startNext));
  say(`${jvmCount} JVMs run`);
  return jvms;
}

async function scrapeRegularly({ child, url }, { minutes, startedAt }) {
  const scrapes = [];
  for (let next = startedAt + scrapeIntervalMs; next <= startedAt + minutes * 60_000; next += scrapeIntervalMs) {
    await delay(next - performance.now());
    const { text, ms, atMs } = await scrape(url);
    const ages = [...text.matchAll(lookedAt)].map(([, seconds]) => atMs / 1000 - Number(seconds));
    const atSeconds = (performance.now() - startedAt) / 1000;
    scrapes.push({ atSeconds, ms, rssBytes: rssBytes(child.pid), cpuMs: cpuMs(child.pid), ages, text });
    say(
      `${atSeconds.toFixed(0)} s: ${ms.toFixed(0)} ms, RSS ${(rssBytes(child.pid) / 1e6).toFixed(0)} MB, ${ages.length} looked at`,
    );
  }
  return scrapes;
}

function peakBytes(pid) {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
}

function seriesOf(text) {
  const samples = samplesOf(text);
  const ofNmt = samples.filter((line) => line.startsWith('jvm_memory_nmt_'));
  return {
    all: samples.length,
    ofProcesses: samples.filter((line) => line.includes('pid="')).length,
    ofNmt: ofNmt.length,
    jvmsWithNmt: new Set(ofNmt.map((line) => /pid="(\d+)"/.exec(line)?.[1])).size,
    jvmsLookedAt: [...text.matchAll(lookedAt)].length,
  };
}

/** What node itself needs, and an exporter that has nothing to look at: RSS after three seconds. */
async function measureFloor(folder) {
  const server = ['-e', "require('node:http').createServer(() => {}).listen(0, '127.0.0.1')"];
  const exporter = [join(root, 'bin', 'offheap.js'), 'export', '--port=0', '--quiet', `--select=${folder}/no-such-program`];
  const restingBytes = async (args) => {
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    await delay(3000);
    const bytes = rssBytes(child.pid);
    await stop(child);
    return bytes;
  };
  return { nodeServerBytes: await restingBytes(server), emptyExporterBytes: await restingBytes(exporter) };
}

/** A process with so many mappings alone, looked at once a second without a bound of processor time, and scraped every 50 ms meanwhile. */
async function measureMany() {
  const many = spawn('python3', [join(root, 'bench', 'programs', 'many_mappings.py'), String(mappings)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(many.stdout, 'data');
  const { child, url } = await startExporter('many_mappings.py', {}, ['--cpu=100', '--interval=1s']);
  try {
    const scrapes = [];
    let looks = 0;
    let lookSeconds = 0;
    const until = performance.now() + 60_000;
    while (looks < 10 && performance.now() < until) {
      const { ms, text } = await scrape(url);
      scrapes.push(ms);
      looks = readMetric(text, 'offheap_exporter_look_duration_seconds_count');
      lookSeconds = readMetric(text, 'offheap_exporter_look_duration_seconds_sum');
      await delay(50);
    }
    return { mappings, looks, lookSeconds, scrapes, maxRssBytes: peakBytes(child.pid) };
  } finally {
    await Promise.all([child, many].map(stop));
  }
}

/** The scrapes of every tenth JVM again and again until a block is full, as Prometheus would have stored them. */
function storedBytes(scrapes, folder, jvms) {
  const input = join(folder, 'openmetrics.txt');
  const output = join(folder, 'blocks');
  const count = blockMs / scrapeIntervalMs;
  const first = Math.ceil(Date.UTC(2026, 0, 1) / blockMs) * blockMs;
  const wanted = new Set(jvms.filter((_, index) => index % 10 === 0).map(({ pid }) => String(pid)));
  const families = new Map();
  for (let index = 0; index < count; index++) {
    const at = (first + index * scrapeIntervalMs) / 1000;
    for (const line of samplesOf(scrapes[index % scrapes.length].text)) {
      if (!wanted.has(/pid="(\d+)"/.exec(line)?.[1])) continue;
      const series = line.slice(0, line.lastIndexOf(' '));
      const list = families.get(series) ?? [];
      if (list.length === 0) families.set(series, list);
      list.push(`${line} ${at}`);
    }
  }
  const lines = [...families.values()].flat();
  writeFileSync(input, `${lines.join('\n')}\n# EOF\n`);
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', input, output], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const sizes = readdirSync(output, { recursive: true }).map((name) => statSync(join(output, name)));
  const bytes = sizes.filter((entry) => entry.isFile()).reduce((sum, { size }) => sum + size, 0);
  return { jvms: wanted.size, series: families.size, samples: lines.length, bytes };
}
