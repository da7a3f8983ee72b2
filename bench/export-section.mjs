// Writes the exporter's section of BENCHMARKS.md from bench/results/export.json. Alone: node bench/export-section.mjs
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markdownTable } from 'markdown-table';
import { max, median } from 'simple-statistics';
import { writeSection } from './lib/section.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const mb = (bytes) => (bytes / 1e6).toFixed(1);
const bounds = { scrapeMs: 200, rssBytes: 100e6, cpuShare: 0.02 };
const verdict = (isMet) => (isMet ? '**met**' : '**missed**');

function section(result) {
  const { scrapes, rapidMs, wallMs, exporterCpuMs, jvms, jvmCount, looks, stored, series } = result;
  const scrapeMs = scrapes.map(({ ms }) => ms);
  const rss = scrapes.map(({ rssBytes }) => rssBytes);
  const cpuShare = exporterCpuMs / wallMs;
  const grown = jvms.map(({ rssBeforeBytes, rssAfterBytes }) => (rssAfterBytes - rssBeforeBytes) / 1024);
  const rows = [
    ['scrape, ms', `${median(scrapeMs).toFixed(1)}`, max(scrapeMs).toFixed(1), '≤ 200', verdict(max(scrapeMs) <= bounds.scrapeMs)],
    ['RSS of the exporter, MB', mb(median(rss)), mb(max(rss)), '≤ 100', verdict(max(rss) <= bounds.rssBytes)],
    ['processor time, % of one core', (cpuShare * 100).toFixed(2), '–', '≤ 2', verdict(cpuShare <= bounds.cpuShare)],
  ];
  const perJvm = (series.ofProcesses - series.ofNmt) / jvmCount;
  const nodes = Math.round(1000 / jvmCount);
  const perNmt = series.ofNmt / result.withNmt;
  return [
    '## Exporter',
    '',
    `${result.cpus} × ${result.cpu}, Linux ${result.kernel}, Node ${result.node}, ${result.takenAt.slice(0, 10)}. Again: \`npm run bench:export\`; raw data in bench/results/export.json.`,
    '',
    `${jvmCount} JVMs with heaps of 16 MiB, ${result.withNmt} of them with NMT, which have freed most of what they had allocated; one \`offheap export\` with its default options, ` +
      `started with the clock, scraped each ${result.scrapeIntervalMs / 1000} s for ${(wallMs / 60_000).toFixed(0)} minutes, ${scrapes.length} times.`,
    '',
    markdownTable([['', 'median', 'most', 'aim', ''], ...rows], { align: ['l', 'r', 'r', 'r', 'l'] }),
    '',
    `- Scrapes without a pause, ${rapidMs.length} of them: ${median(rapidMs).toFixed(1)} ms in the median, ${max(rapidMs).toFixed(1)} ms at most.`,
    `- ${looks} looks, ${((result.lookSeconds / looks) * 1000).toFixed(0)} ms each: every process once in ${((wallMs / 1000) * (jvmCount / looks)).toFixed(0)} s.`,
    `- Errors counted: ${result.errors.length === 0 ? 'none' : result.errors.join('; ')}.`,
    `- The JVMs, which stood still: RSS grew by ${median(grown).toFixed(0)} KiB in the median and ${max(grown).toFixed(0)} KiB at most; they used ` +
      `${((jvms.reduce((sum, jvm) => sum + jvm.cpuMs, 0) / wallMs) * 100).toFixed(3)} % of one core together, their own idle work among it.`,
    `- ${series.all.toLocaleString('en-US')} series: ${perJvm.toFixed(0)} a JVM, ${perNmt.toFixed(0)} more with NMT; a scrape of ${(scrapes.at(-1).bytes / 1024).toFixed(0)} KiB.`,
    `- Stored: ${stored.samples.toLocaleString('en-US')} samples, which are the second half of these scrapes over and over for two hours, make a block of ` +
      `${mb(stored.bytes)} MB (promtool): ${(stored.bytes / stored.samples).toFixed(2)} bytes a sample, ${mb((stored.bytes * 12) / jvmCount)} MB a JVM and day.`,
    '',
    '### A node, and 1,000 pods',
    '',
    `From the figures above: ${jvmCount} JVMs a node, half of them with NMT, scraped each ${result.scrapeIntervalMs / 1000} s. 1,000 pods are ${nodes} such nodes.`,
    '',
    markdownTable(costs(result, nodes), { align: ['l', 'r', 'r'] }),
  ].join('\n');
}

/** What is measured on one machine, times the nodes that 1,000 JVMs make. */
function costs({ exporterCpuMs, wallMs, scrapes, series, stored }, nodes) {
  const cores = exporterCpuMs / wallMs;
  const rssBytes = max(scrapes.map((scrape) => scrape.rssBytes));
  const dayBytes = stored.bytes * 12;
  const row = (name, one, format) => [name, format(one), format(one * nodes)];
  return [
    ['', 'a node', '1,000 pods'],
    row('processor time, cores', cores, (value) => value.toFixed(3)),
    row('RSS of exporters, MB', rssBytes / 1e6, (value) => Math.round(value).toLocaleString('en-US')),
    row('series in Prometheus', series.all, (value) => Math.round(value).toLocaleString('en-US')),
    row('stored a day, MB', dayBytes / 1e6, (value) => value.toFixed(0)),
    row('stored in 15 days, GB', (15 * dayBytes) / 1e9, (value) => value.toFixed(2)),
  ];
}

export function writeExportSection() {
  writeSection('export', section(JSON.parse(readFileSync(join(root, 'bench', 'results', 'export.json'), 'utf8'))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeExportSection();
