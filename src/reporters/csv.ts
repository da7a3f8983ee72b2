import { stringify } from 'csv-stringify/sync';
import { phaseNames, type ResultFile } from '../model/result.ts';
import { returnedShare } from '../stats/returned.ts';

/** One line per cell for a spreadsheet: raw bytes and milliseconds, empty where nothing was measured. */
export function renderCsv({ cells }: ResultFile): string {
  const rows = cells.map((cell) => ({
    configuration: cell.configuration,
    allocator: cell.allocator,
    repeat: cell.repeat,
    state: cell.state,
    ...Object.fromEntries(phaseNames.map((phase) => [`${phase}RssBytes`, cell.phases[phase]?.rssBytes])),
    ...Object.fromEntries(phaseNames.map((phase) => [`${phase}LiveBytes`, cell.phases[phase]?.liveBytes])),
    scannedNmtCommittedBytes: cell.phases.scanned?.nmtCommittedBytes,
    returned: returnedShare(cell, 'settled'),
    burstMs: cell.burstMs,
    wallMs: cell.wallMs,
    reason: cell.reason,
  }));
  return stringify(rows, { header: true });
}
