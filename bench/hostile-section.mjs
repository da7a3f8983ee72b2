// What the report says of bench/results/hostile.json.
import { markdownTable } from 'markdown-table';
import { max, median } from 'simple-statistics';
import { reproduction } from './lib/bench.mjs';
import { describeMachine } from './lib/host.mjs';

const mib = (bytes) => (bytes / 1_048_576).toFixed(0);
const verdict = (isMet) => (isMet ? '**met**' : '**missed**');
const aims = { cpuShare: 0.01, scrapeMs: 1000, exitMs: 1000 };

export function renderHostile(raw) {
  const { scrapes, targets, jvmCount, minutes, memoryLimitBytes, maxRssBytes, exit } = raw;
  const scrapeMs = scrapes.map(({ ms }) => ms);
  const rss = scrapes.map(({ rssBytes }) => rssBytes);
  const loads = scrapes.map(({ loadAverage }) => loadAverage);
  const last = scrapes.at(-1);
  const cpuShare = last.cpuMs / 1000 / last.atSeconds;
  // Until each of them has been looked at there is none.
  const begun = scrapes.findIndex(({ ageSeconds }) => !ageSeconds.includes(null));
  const settled = begun < 0 ? [] : scrapes.slice(begun);
  const ages = settled.flatMap(({ ageSeconds }) => ageSeconds.filter((age) => age !== null));
  const absent = settled.flatMap(({ ageSeconds }) => ageSeconds.filter((age) => age === null)).length;
  const age = ages.length === 0 ? ['–', '–'] : [median(ages).toFixed(0), max(ages).toFixed(0)];
  const rows = [
    ['age of the figures of the JVMs, s', ...age, '–', '–'],
    ['scrape, ms', median(scrapeMs).toFixed(0), max(scrapeMs).toFixed(0), '≤ 1,000', verdict(max(scrapeMs) <= aims.scrapeMs)],
    [
      'RSS of the exporter, MiB',
      mib(median(rss)),
      mib(maxRssBytes),
      `≤ ${mib(memoryLimitBytes)}`,
      verdict(maxRssBytes <= memoryLimitBytes),
    ],
    ['processor time, % of one core', (cpuShare * 100).toFixed(2), '–', '≤ 1', verdict(cpuShare <= aims.cpuShare)],
    ['from SIGTERM to its end, ms', '–', exit.ms.toFixed(0), '≤ 1,000', verdict(exit.status === 0 && exit.ms <= aims.exitMs)],
  ];
  const first =
    begun < 0 ? 'not all of them were looked at' : `all of them had been looked at after ${settled[0].atSeconds.toFixed(0)} s`;
  return [
    '## Exporter among hostile processes',
    '',
    `${describeMachine(raw)} The machine had other work meanwhile: load averages of ${Math.min(...loads).toFixed(1)} to ${max(loads).toFixed(1)}. ${reproduction('hostile')}`,
    '',
    `${jvmCount} JVMs as above and ${targets.length} processes that are hostile to whoever looks at them; one \`offheap export\` with its default options and the manifest's ` +
      `environment, scraped each ${raw.scrapeIntervalMs / 1000} s for ${minutes} minutes, ${scrapes.length} times. The limit of memory is the manifest's.`,
    '',
    markdownTable([['', 'median', 'most', 'aim', ''], ...rows], { align: ['l', 'r', 'r', 'r', 'l'] }),
    '',
    `- Of the JVMs ${first}; of ${ages.length + absent} figures from then on ${absent} were not told.`,
    `- The exporter of itself: ${raw.own.map((line) => `\`${line}\``).join(', ') || 'nothing'}.`,
    `- Hostile: ${targets.map(({ name, hostileBy }) => `*${name}* ${hostileBy}`).join('; ')}.`,
  ].join('\n');
}
