import { startTender, type TenderOptions } from '../../exporter/tend/start.ts';
import { toPrintableJson } from '../../model/printable.ts';
import type { TendEvent } from '../../model/tend.ts';
import { formatChosenTime, formatMiB, formatUptime } from '../../model/units.ts';
import { tendLine } from '../../reporters/tend-lines.ts';

export interface TendPrinting {
  format: 'text' | 'json';
  quiet?: boolean;
}

/** Tends until it is closed; prints a line for each act, and the sum at the end. */
export function startTending(options: TenderOptions, { format, quiet = false }: TendPrinting): { close(): Promise<void> } {
  const begun = performance.now();
  const sum = { trims: 0, returnedBytes: 0 };
  const say = (line: string) => void (quiet || process.stderr.write(`offheap tend: ${line}\n`));
  const tender = startTender(options, (event) => {
    add(sum, event);
    process.stdout.write(`${format === 'json' ? toPrintableJson(event) : tendLine(event)}\n`);
  });
  say(describeRules(options));
  return {
    close: async () => {
      await tender.close();
      const ms = performance.now() - begun;
      const core = `${((100 * tender.cpuMs) / ms).toFixed(1)} % of a core`;
      say(`${sum.trims} trims gave back ${formatMiB(sum.returnedBytes)} MiB in ${formatUptime(ms)}, with ${core}.`);
      for (const [what, times] of tender.failures) say(`could not be looked at (${what}): ${times} times.`);
    },
  };
}

function describeRules({ everyMs, aboveBytes, keptForMs, idleBelowShare, isDryRun }: TenderOptions): string {
  const when = `above ${formatMiB(aboveBytes)} MiB kept for ${formatChosenTime(keptForMs)}, below ${Math.round(100 * idleBelowShare)} % of a core`;
  return `looks every ${formatChosenTime(everyMs)}; has a process give back ${when}${isDryRun ? ' (dry run: none is told anything)' : ''}.`;
}

function add(sum: { trims: number; returnedBytes: number }, { returnedBytes }: TendEvent): void {
  if (returnedBytes === undefined) return;
  sum.trims++;
  sum.returnedBytes += returnedBytes;
}
