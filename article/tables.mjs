// The tables of the page.
import { markdownTable } from 'markdown-table';
import { bytesPerMiB } from '../dist/model/units.js';
import {
  bytesPerStream,
  classLoader,
  growth,
  inflaterBlocks,
  inflaterObjects,
  live,
  nativeRss,
  notMeasured,
  streams,
} from './figures.mjs';
import { degrees, leaky, versions } from './plan.mjs';

const missing = '–';

export function mib(bytes) {
  if (bytes === undefined || Number.isNaN(bytes)) return missing;
  const value = bytes / bytesPerMiB;
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 });
}

export function integer(value) {
  return value === undefined || Number.isNaN(value) ? missing : Math.round(value).toLocaleString('en-US');
}

/** The article's: memory by allocator and degree of the scan. */
export function allocatorTable(find, configurations, version = leaky) {
  const footnotes = new Notes();
  const isMeasured = (configuration) => degrees.some(({ key }) => find(version, key, configuration).reason !== notMeasured);
  const rows = configurations.filter(isMeasured).map((configuration) => {
    const cell = (degree, figure) => {
      const found = find(version, degree, configuration);
      return found.reason ? footnotes.mark(found.reason) : mib(found.value(figure));
    };
    const [none, one] = degrees.slice(0, 2).map(({ key }) => cell(key, nativeRss('settled')));
    const all = ['loaded', 'collected', 'settled', 'trimmed'].map((phase) => cell('all', nativeRss(phase)));
    return [`\`${configuration}\``, none, one, ...all, cell('all', live('loaded')), cell('all', live('collected'))];
  });
  const others = configurations.filter((configuration) => !isMeasured(configuration));
  if (others.length > 0) footnotes.add(`${others.join(', ')}: ${notMeasured}.`);
  const head = [
    'configuration',
    'nothing',
    'one package',
    'all: scanned',
    'collected',
    'settled',
    'trimmed',
    'live scanned',
    'live collected',
  ];
  return withNotes(table(head, rows), footnotes);
}

/** What each release of the loader leaves, on glibc. */
export function versionTable(find) {
  const footnotes = new Notes();
  const rows = versions.map((version) => {
    const name = version.replace('.RELEASE', '');
    const started = find(version, 'all', 'glibc');
    const driven = find(version, 'driven', 'glibc');
    if (started.reason && driven.reason) return [name, footnotes.mark(started.reason), ...Array(8).fill('')];
    const one = find(version, degrees[1].key, 'glibc');
    const all = started.reason ? driven : started;
    const way = started.reason
      ? `not: its classes driven by the reproducer ${footnotes.mark(started.reason)}`
      : `\`${started.cells.map(classLoader).find(Boolean)?.replace('org.springframework.boot.loader.', '') ?? missing}\``;
    // The reproducer's scan has nothing else in it, so it needs no other one to be compared with.
    const fewer = started.reason ? undefined : one;
    return [
      ...[name, way, integer(all.value(streams)), integer(all.value(inflaterObjects)), integer(all.value(inflaterBlocks))],
      fewer?.reason ? footnotes.mark(fewer.reason) : integer(bytesPerStream(all, fewer)),
      ...['loaded', 'collected', 'settled', 'trimmed'].map((phase) => mib(all.value(growth(nativeRss, phase, 'baseline')))),
    ];
  });
  const head = [
    ...['Spring Boot', 'started by', 'streams', 'Inflaters, Java', 'not ended', 'bytes a stream'],
    ...['RSS: scanned', 'collected', 'settled', 'trimmed'],
  ];
  return withNotes(table(head, rows), footnotes);
}

/** Everything: a table a release. */
export function allTables(find, configurations) {
  return versions
    .filter((version) => version !== leaky)
    .map((version) => {
      const summary = `<summary>Spring Boot ${version.replace('.RELEASE', '')}</summary>`;
      return `<details>${summary}\n\n${allocatorTable(find, configurations, version)}\n\n</details>`;
    })
    .join('\n\n');
}

/** Reasons why a cell is empty, each told once below its table. */
class Notes {
  #reasons = [];
  #more = [];

  /** A note that no cell is marked with. */
  add(text) {
    this.#more.push(text);
  }

  mark(reason) {
    if (!this.#reasons.includes(reason)) this.#reasons.push(reason);
    return `[${this.#reasons.indexOf(reason) + 1}]`;
  }

  toString() {
    return [...this.#reasons.map((reason, index) => `[${index + 1}] ${reason}`), ...this.#more].join('<br>\n');
  }
}

function table(head, rows) {
  return markdownTable([head, ...rows], { align: head.map((_, index) => (index === 0 ? 'l' : 'r')) });
}

function withNotes(text, notes) {
  const told = notes.toString();
  return told === '' ? text : `${text}\n\n${told}`;
}
