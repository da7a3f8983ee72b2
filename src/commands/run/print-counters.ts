import { setTimeout as sleep } from 'node:timers/promises';
import { openCounters } from '../../api/counters.ts';
import { whyLiveIsWithdrawn, withoutLive } from '../../model/counters.ts';
import { toPrintableJson } from '../../model/printable.ts';
import type { CounterReader } from '../../native/counters.ts';
import { type CounterReading, renderCountersTable } from '../../reporters/counters-table.ts';
import { parsePid } from '../options/pid.ts';
import type { PrintOptions } from '../options/print-options.ts';
import { requireOutput, writeOutput } from './output.ts';
import { terminalOptions } from './terminal.ts';

const clearScreen = '\x1b[H\x1b[2J';

type View = PrintOptions<'table' | 'json'>;

/** Of a pid, or of the file that a process has left: once, or every `intervalMs` until the process ends. */
export async function printCounters(target: string, intervalMs: number | undefined, view: View): Promise<void> {
  await requireOutput(view.output);
  const reader = openCounters(/^\d+$/.test(target) ? { pid: parsePid(target) } : { path: target });
  try {
    if (intervalMs === undefined) await writeOutput(render(takeReading(reader), view, 2), view);
    else await printUntilEnd(reader, view, intervalMs);
  } finally {
    reader.close();
  }
}

/** Ends with the process; its last counters are the last ones printed. */
async function printUntilEnd(reader: CounterReader, view: View, intervalMs: number): Promise<void> {
  const prefix = view.format === 'table' && process.stdout.isTTY ? clearScreen : '';
  for (;;) {
    const reading = takeReading(reader);
    await writeOutput(prefix + render(reading, view, undefined), view);
    if (!reading.alive) return;
    await sleep(intervalMs);
  }
}

function takeReading(reader: CounterReader): CounterReading {
  // In this order: a process found dead has written its last.
  const alive = reader.isWriterAlive();
  return { info: reader.info, alive, snapshot: reader.read(), threads: reader.readThreads() };
}

function render(reading: CounterReading, view: View, indent: number | undefined): string {
  if (view.format === 'table') return renderCountersTable(reading, terminalOptions(view));
  const { info, alive, snapshot, threads } = reading;
  const liveWithdrawn = whyLiveIsWithdrawn(snapshot);
  const figures =
    liveWithdrawn === undefined ? { counters: snapshot, threads } : { counters: withoutLive(snapshot), liveWithdrawn };
  return `${toPrintableJson({ schemaVersion: 1, info, alive, ...figures }, indent)}\n`;
}
