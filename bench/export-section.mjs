// What the report says of bench/results/export.json.
import { markdownTable } from 'markdown-table';
import { max, median } from 'simple-statistics';
import { reproduction } from './lib/bench.mjs';
import { describeMachine } from './lib/host.mjs';

const aims = { scrapeMs: 100, rssBytes: 90e6, cpuPercent: 1, manyScrapeMs: 100, manyRssBytes: 144e6 };
const mb = (bytes) => (bytes / 1e6).toFixed(1);
const count = (value) => Math.round(value).toLocaleString('en-US');
const verdict = (isMet) => (isMet ? '**met**' : '**missed**');

export function renderExport(raw) {
  const { jvmCount, withNmt, scrapes, rapidMs, wallMs, jvms, looks, stored, series, floor, many, maxRssBytes } = raw;
  const scrapeMs = scrapes.map(({ ms }) => ms);
  const rss = scrapes.map(({ rssBytes }) => rssBytes);
  const { ages } = scrapes.at(-1);
  const steps = stepsOf(raw);
  const later = steps.slice(Math.floor(steps.length / 2));
  const laterPercent = later.reduce((sum, { percent }) => sum + percent, 0) / later.length;
  const grown = jvms.map(({ rssBeforeBytes, rssAfterBytes }) => (rssAfterBytes - rssBeforeBytes) / 1024);
  const halves = (of, key) => [0, 1].map((odd) => median(of.filter((_, index) => index % 2 === odd).map(key)));
  const [evenMs, oddMs] = halves(scrapes, ({ ms }) => ms);
  const [evenPercent, oddPercent] = halves(later, ({ percent }) => percent);
  const manyMs = max(many.scrapes);
  const perJvm = (series.ofProcesses - series.ofNmt) / jvmCount;
  const perNmt = series.jvmsWithNmt > 0 ? series.ofNmt / series.jvmsWithNmt : 0;
  return [
    '## Exporter',
    `- A scrape of ${jvmCount} JVMs, at most ${aims.scrapeMs} ms: ${verdict(max(scrapeMs) <= aims.scrapeMs)}, ${median(scrapeMs).toFixed(0)} ms in the median, ${max(scrapeMs).toFixed(0)} at most.
- Processor time, ${aims.cpuPercent} % of a core: ${verdict(laterPercent <= aims.cpuPercent)}, ${laterPercent.toFixed(2)} % in the second half of the time; ${((raw.exporterCpuMs / wallMs) * 100).toFixed(2)} % in all of it, its start and the second that is lent among it.
- RSS of the exporter, at most ${aims.rssBytes / 1e6} MB: ${verdict(maxRssBytes <= aims.rssBytes)}, ${mb(median(rss))} MB in the median, ${mb(maxRssBytes)} at its peak.
- A scrape while a process with ${count(many.mappings)} mappings is looked at, at most ${aims.manyScrapeMs} ms: ${verdict(manyMs <= aims.manyScrapeMs)}, ${median(many.scrapes).toFixed(1)} ms in the median, ${manyMs.toFixed(0)} at most of ${many.scrapes.length}.
- RSS of the exporter then, less than ${aims.manyRssBytes / 1e6} MB: ${verdict(many.maxRssBytes < aims.manyRssBytes)}, ${mb(many.maxRssBytes)} MB at its peak.`,
    `${describeMachine(raw)} Node ${process.version}. ${reproduction('export')}`,
    `${jvmCount} JVMs with heaps of 16 MiB, ${withNmt} of them with NMT, which have freed most of what they had allocated; one \`offheap export\` with its default options, ` +
      `started with the clock, scraped each ${raw.scrapeIntervalMs / 1000} s for ${(wallMs / 60_000).toFixed(0)} minutes, ${scrapes.length} times. ` +
      `The process with ${count(many.mappings)} mappings has an exporter of its own, with \`--cpu=100 --interval=1s\`: ${many.looks} looks, ${((many.lookSeconds / many.looks) * 1000).toFixed(0)} ms each, scraped every 50 ms.`,
    `- The same twice: every other scrape took ${evenMs.toFixed(1)} ms in the median, those between them ${oddMs.toFixed(1)} ms; every other interval of the second half ${evenPercent.toFixed(2)} % of a core, those between them ${oddPercent.toFixed(2)} %.
- Figures at the end: ${ages.length} of ${jvmCount} JVMs had been looked at${ages.length > 0 ? `, ${median(ages).toFixed(0)} s ago in the median, ${max(ages).toFixed(0)} s at most` : ''}. ${looks} looks, ${((raw.lookSeconds / looks) * 1000).toFixed(0)} ms each.
- What RSS has as its floor: an HTTP server of Node alone has ${mb(floor.nodeServerBytes)} MB, nearly all of it Node's own file; an exporter that finds no process ${mb(floor.emptyExporterBytes)} MB.
- Scrapes without a pause, ${rapidMs.length} of them: ${median(rapidMs).toFixed(1)} ms in the median, ${max(rapidMs).toFixed(1)} ms at most.
- Errors counted: ${raw.errors.length === 0 ? 'none' : raw.errors.map((line) => `\`${line}\``).join('; ')}.
- The JVMs, which stood still: RSS grew by ${median(grown).toFixed(0)} KiB in the median and ${max(grown).toFixed(0)} KiB at most; they used ${((jvms.reduce((sum, jvm) => sum + jvm.cpuMs, 0) / wallMs) * 100).toFixed(2)} % of one core together, their own idle work among it.
- ${count(series.all)} series: ${perJvm.toFixed(0)} a JVM, ${perNmt.toFixed(0)} more with NMT; a scrape of ${count(scrapes.at(-1).bytes / 1024)} KiB.
- Stored: ${count(stored.samples)} samples of ${stored.jvms} of these JVMs, which are the second half of these scrapes over and over for two hours, make a block of ${mb(stored.bytes)} MB (promtool): ${(stored.bytes / stored.samples).toFixed(2)} bytes a sample, ${mb((stored.bytes * 12) / stored.jvms)} MB a JVM and day.`,
    '### A node, and 1,000 pods',
    `From the figures above: ${jvmCount} JVMs a node, half of them with NMT, scraped each ${raw.scrapeIntervalMs / 1000} s. 1,000 pods are ${(1000 / jvmCount).toFixed(0)} such nodes.`,
    markdownTable(costs(raw, laterPercent / 100), { align: ['l', 'r', 'r'] }),
  ].join('\n\n');
}

/** Processor time of the exporter from one scrape to the next, in percent of a core. */
function stepsOf({ scrapes }) {
  return scrapes.slice(1).map(({ cpuMs, atSeconds }, index) => {
    const before = scrapes[index];
    return { percent: (cpuMs - before.cpuMs) / (atSeconds - before.atSeconds) / 10 };
  });
}

/** What is measured on one machine, times the nodes that 1,000 JVMs make. */
function costs({ jvmCount, maxRssBytes, series, stored }, cores) {
  const nodes = 1000 / jvmCount;
  const dayBytes = (stored.bytes * 12 * jvmCount) / stored.jvms;
  const row = (name, one, format) => [name, format(one), format(one * nodes)];
  return [
    ['', 'a node', '1,000 pods'],
    row('processor time, cores', cores, (value) => value.toFixed(3)),
    row('RSS of exporters, MB', maxRssBytes / 1e6, count),
    row('series in Prometheus', series.all, count),
    row('stored a day, MB', dayBytes / 1e6, (value) => value.toFixed(0)),
    row('stored in 15 days, GB', (15 * dayBytes) / 1e9, (value) => value.toFixed(2)),
  ];
}
