// What the tables and charts of the page say, out of the raw results.
import { median } from 'simple-statistics';

export const notMeasured = 'not measured in this run';

/**
 * @param rows by name: a result of `offheap compare`, or `{ reason }`
 * @returns `find(version, degree, configuration)` → `{ cells, value(get), reason? }`: the cells that are ok, and medians over them; or why there is none
 */
export function figuresOf(rows) {
  return (version, degree, configuration) => {
    const row = rows[`${version}-${degree}`];
    if (!row) return absent(notMeasured);
    if (row.reason) return absent(row.reason);
    const cells = row.cells.filter((cell) => cell.configuration === configuration);
    const ok = cells.filter(({ state }) => state === 'ok');
    if (ok.length > 0) return { cells: ok, value: (get) => medianOf(ok.map(get)) };
    return absent(cells[0] ? `${cells[0].state}: ${cells[0].reason}` : notMeasured);
  };
}

function absent(reason) {
  return { reason, cells: [], value: () => undefined };
}

function medianOf(values) {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? median(known) : undefined;
}

export const nativeRss = (phase) => (cell) => cell.phases[phase]?.nativeRssBytes;
export const rss = (phase) => (cell) => cell.phases[phase]?.rssBytes;
export const live = (phase) => (cell) => cell.phases[phase]?.liveBytes;
export const mapped = (phase) => (cell) => cell.phases[phase]?.liveMappedBytes;
export const streams = (cell) => cell.phases.loaded?.announced?.streams;
export const classLoader = (cell) => cell.phases.baseline?.announced?.classLoader;
export const inflaterBlocks = (cell) => cell.census?.inflaterBlocks;
export const inflaterObjects = (cell) => cell.census?.inflaterObjects;

/** A difference of two figures of a cell. */
export const growth = (figure, to, from) => (cell) => {
  const [high, low] = [figure(to)(cell), figure(from)(cell)];
  return high === undefined || low === undefined ? undefined : high - low;
};

/**
 * Bytes of live malloc for each stream that was read and closed: of the difference between two scans where there are two, so that what both have, such
 * as the manifests that the launcher reads and what the JIT holds, is not in it.
 */
export function bytesPerStream(more, fewer) {
  const [rise, count] = [growth(live, 'loaded', 'baseline'), streams];
  const less = (figure) => fewer?.value(figure) ?? 0;
  return (more.value(rise) - less(rise)) / (more.value(count) - less(count));
}
