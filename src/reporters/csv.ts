import { stringify } from 'csv-stringify/sync';
import { phaseNames, type ResultFile } from '../model/result.ts';
import { metricsOf } from '../stats/metrics.ts';
import { burstUse, returnedShare } from '../stats/returned.ts';

/** One line per cell for a spreadsheet: raw bytes and milliseconds, empty where nothing was measured. */
export function renderCsv({ cells }: ResultFile): string {
  const metrics = [...metricsOf(cells).keys()];
  const rows = cells.map((cell) => ({
    configuration: cell.configuration,
    allocator: cell.allocator,
    repeat: cell.repeat,
    state: cell.state,
    ...Object.fromEntries(phaseNames.map((phase) => [`${phase}RssBytes`, cell.phases[phase]?.rssBytes])),
    ...Object.fromEntries(phaseNames.map((phase) => [`${phase}LiveBytes`, cell.phases[phase]?.liveBytes])),
    loadedNmtCommittedBytes: cell.phases.loaded?.nmtCommittedBytes,
    returned: returnedShare(cell, 'settled'),
    burstMs: cell.burstMs,
    burstCpuMs: burstUse(cell, 'cpuMs'),
    burstMinorFaults: burstUse(cell, 'minorFaults'),
    burstMajorFaults: burstUse(cell, 'majorFaults'),
    loadExitCode: cell.load?.exitCode,
    ...Object.fromEntries(metrics.map((name) => [`metric.${name}`, cell.metrics?.[name]?.value])),
    wallMs: cell.wallMs,
    reason: cell.reason,
  }));
  return stringify(rows, { header: true });
}
