// What the report says of bench/results/hostile.json.
import { max, median } from 'simple-statistics';
import { reproduction } from './lib/bench.mjs';
import { describeMachine } from './lib/host.mjs';

const mib = (bytes) => (bytes / 1_048_576).toFixed(0);
const verdict = (isMet) => (isMet ? '**met**' : '**missed**');
const aims = { cpuShare: 0.01, scrapeMs: 200, exitMs: 1000 };

export function renderHostile(raw) {
  const { scrapes, targets, jvmCount, minutes, memoryLimitBytes, maxRssBytes, exit } = raw;
  const scrapeMs = scrapes.map(({ ms }) => ms);
  const rss = scrapes.map(({ rssBytes }) => rssBytes);
  const loads = scrapes.map(({ loadAverage }) => loadAverage);
  const last = scrapes.at(-1);
  const cpuShare = last.cpuMs / 1000 / last.atSeconds;
  const middle = scrapes[Math.floor((scrapes.length - 1) / 2)];
  const laterShare = (last.cpuMs - middle.cpuMs) / 1000 / (last.atSeconds - middle.atSeconds);
  // Until each of them has been looked at there is none.
  const begun = scrapes.findIndex(({ ageSeconds }) => !ageSeconds.includes(null));
  const settled = begun < 0 ? [] : scrapes.slice(begun);
  const ages = settled.flatMap(({ ageSeconds }) => ageSeconds.filter((age) => age !== null));
  const absent = settled.flatMap(({ ageSeconds }) => ageSeconds.filter((age) => age === null)).length;
  const age = ages.length === 0 ? ['–', '–'] : [median(ages).toFixed(0), max(ages).toFixed(0)];
  const first =
    begun < 0 ? 'not all of them were looked at' : `all of them had been looked at after ${settled[0].atSeconds.toFixed(0)} s`;
  const halves = [0, 1].map((odd) => median(scrapeMs.filter((_, index) => index % 2 === odd)));
  return [
    '## Exporter among hostile processes',
    `- A scrape, at most ${aims.scrapeMs} ms: ${verdict(max(scrapeMs) <= aims.scrapeMs)}, ${median(scrapeMs).toFixed(0)} ms in the median, ${max(scrapeMs).toFixed(0)} at most.
- RSS of the exporter, at most the limit of the manifest, ${mib(memoryLimitBytes)} MiB: ${verdict(maxRssBytes <= memoryLimitBytes)}, ${mib(median(rss))} MiB in the median, ${mib(maxRssBytes)} at its peak.
- Processor time, ${aims.cpuShare * 100} % of a core: ${verdict(laterShare <= aims.cpuShare)}, ${(laterShare * 100).toFixed(2)} % in the second half of the time, ${(cpuShare * 100).toFixed(2)} % in all of it.
- From SIGTERM to its end, at most ${aims.exitMs} ms: ${verdict(exit.status === 0 && exit.ms <= aims.exitMs)}, ${exit.ms.toFixed(0)} ms.`,
    `${describeMachine(raw)} The machine had other work meanwhile: load averages of ${Math.min(...loads).toFixed(1)} to ${max(loads).toFixed(1)}. ${reproduction('hostile')}`,
    `${jvmCount} JVMs as above and ${targets.length} processes that are hostile to whoever looks at them; one \`offheap export\` with its default options and the manifest's ` +
      `environment, scraped each ${raw.scrapeIntervalMs / 1000} s for ${minutes} minutes, ${scrapes.length} times.`,
    `- The same twice: every other scrape took ${halves[0].toFixed(1)} ms in the median, those between them ${halves[1].toFixed(1)} ms.
- Age of the figures of the JVMs: ${age[0]} s in the median, ${age[1]} s at most. Of the JVMs ${first}; of ${ages.length + absent} figures from then on ${absent} were not told.
- The exporter of itself: ${raw.own.map((line) => `\`${line}\``).join(', ') || 'nothing'}.
- Hostile: ${targets.map(({ name, hostileBy }) => `*${name}* ${hostileBy}`).join('; ')}.`,
  ].join('\n\n');
}
