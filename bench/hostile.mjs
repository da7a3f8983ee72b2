// npm run bench:hostile [-- --minutes=N]: `offheap export` with its default options among processes that are hostile to it (test/hostile) and 20 JVMs that
// are not: how old the figures of those get, what it uses, and how fast it ends. Writes bench/results/hostile.json and its section of BENCHMARKS.md.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { removeAttachSocket } from '../dist/jvm/attach-leftover.js';
import { replyBoundsOf } from '../dist/jvm/reply-bounds.js';
import { preloadLibraryPath } from '../dist/native/preload-paths.js';
import { startHostileTargets } from '../test/hostile/start.mjs';
import { renderHostile } from './hostile-section.mjs';
import { root, runBenchmark } from './lib/bench.mjs';
import { compileBurst, cpuMs, rssBytes, samplesOf, scrape, startExporter, startJvm, stop } from './lib/exporter.mjs';

const jvmCount = 20;
const scrapeIntervalMs = 15_000;
const mebibyte = 1024 ** 2;
/** As in the manifest. */
const environment = { MALLOC_ARENA_MAX: '1' };
const lookedAt = /^offheap_process_looked_at_timestamp_seconds\{.*?pid="(\d+)".*\} (\S+)$/gm;

await runBenchmark('hostile', {
  measure: ({ isQuick, values }) => measure(Number(values.minutes ?? (isQuick ? 2 : 10))),
  render: renderHostile,
  options: { minutes: { type: 'string' } },
});

async function measure(minutes) {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-bench-'));
  const children = [];
  let targets = [];
  try {
    compileBurst(folder);
    targets = await startHostileTargets({ folder, meter: preloadLibraryPath('meter'), replyBoundsOf, removeAttachSocket });
    // Behind them, as the exporter finds them.
    for (let index = 0; index < jvmCount; index++) children.push(await startJvm(folder, []));
    const jvmPids = children.map(({ pid }) => pid);
    const exporter = await startExporter(folder, environment);
    children.push(exporter.child);
    const scrapes = await scrapeRegularly(exporter, { minutes, jvmPids });
    const status = readFileSync(`/proc/${exporter.child.pid}/status`, 'utf8');
    return {
      ...{ minutes, jvmCount, scrapeIntervalMs, memoryLimitBytes: limitOfManifest() },
      targets: targets.map(({ name, hostileBy }) => ({ name, hostileBy })),
      scrapes: scrapes.map(({ text: _, ...figures }) => figures),
      maxRssBytes: Number(/^VmHWM:\s+(\d+)/m.exec(status)[1]) * 1024,
      own: samplesOf(scrapes.at(-1).text).filter((line) =>
        /^offheap_exporter_(errors|skipped|gone|look_duration_seconds_(sum|count))/.test(line),
      ),
      exit: await terminate(exporter.child),
    };
  } finally {
    await Promise.all([...children.map(stop), ...targets.map((target) => target.end())]);
    rmSync(folder, { recursive: true });
  }
}

async function scrapeRegularly({ child, url }, { minutes, jvmPids }) {
  const startedAt = performance.now();
  const before = cpuMs(child.pid);
  const scrapes = [];
  for (let next = startedAt + scrapeIntervalMs; next <= startedAt + minutes * 60_000; next += scrapeIntervalMs) {
    await delay(next - performance.now());
    const { text, ms, atMs } = await scrape(url);
    const looks = new Map([...text.matchAll(lookedAt)].map(([, pid, seconds]) => [Number(pid), Number(seconds)]));
    const atSeconds = (performance.now() - startedAt) / 1000;
    // JSON has null for an age that nothing is told of.
    const ageSeconds = jvmPids.map((pid) => (looks.has(pid) ? atMs / 1000 - looks.get(pid) : null));
    const figures = { atSeconds, ms, rssBytes: rssBytes(child.pid), cpuMs: cpuMs(child.pid) - before, loadAverage: loadavg()[0] };
    scrapes.push({ ...figures, ageSeconds, text });
    const oldest = Math.max(...ageSeconds.filter((age) => age !== null)).toFixed(0);
    const absent = ageSeconds.filter((age) => age === null).length;
    process.stderr.write(
      `bench: ${atSeconds.toFixed(0)} s: scrape ${ms.toFixed(0)} ms, RSS ${(figures.rssBytes / mebibyte).toFixed(0)} MiB, processor ${figures.cpuMs} ms, oldest ${oldest} s, absent ${absent}\n`,
    );
  }
  return scrapes;
}

async function terminate(child) {
  const startedAt = performance.now();
  child.kill('SIGTERM');
  const [status] = await once(child, 'exit');
  return { status, ms: performance.now() - startedAt };
}

function limitOfManifest() {
  const manifest = readFileSync(join(root, 'deploy', 'kubernetes', 'base', 'daemonset.yaml'), 'utf8');
  return Number(/limits:\s+memory: (\d+)Mi/.exec(manifest)[1]) * mebibyte;
}
