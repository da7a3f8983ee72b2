import { setTimeout as sleep } from 'node:timers/promises';
import { whyLiveIsWithdrawn, withoutLive } from '../../model/counters.ts';
import { toPrintableJson } from '../../model/printable.ts';
import { type CounterReader, openCounters } from '../../native/counters.ts';
import { type CounterReading, renderCountersTable } from '../../reporters/counters-table.ts';

const clearScreen = '\x1b[H\x1b[2J';

export interface CountersView {
  format: 'table' | 'json';
  /** Again and again, with so much time between; undefined: once. */
  intervalMs: number | undefined;
}

/** Of a pid, or of the file that a process has left. */
export async function printCounters(target: string, { format, intervalMs }: CountersView): Promise<void> {
  const reader = openCounters(/^\d+$/.test(target) ? { pid: Number(target) } : { path: target });
  try {
    if (intervalMs === undefined) process.stdout.write(render(takeReading(reader), format, 2));
    else await printUntilEnd(reader, format, intervalMs);
  } finally {
    reader.close();
  }
}

/** Ends with the process; its last counters are the last ones printed. */
async function printUntilEnd(reader: CounterReader, format: CountersView['format'], intervalMs: number): Promise<void> {
  const prefix = format === 'table' && process.stdout.isTTY ? clearScreen : '';
  for (;;) {
    const reading = takeReading(reader);
    process.stdout.write(prefix + render(reading, format, undefined));
    if (!reading.alive) return;
    await sleep(intervalMs);
  }
}

function takeReading(reader: CounterReader): CounterReading {
  // In this order: a process found dead has written its last.
  const alive = reader.isWriterAlive();
  return { info: reader.info, alive, snapshot: reader.read(), threads: reader.readThreads() };
}

function render(reading: CounterReading, format: CountersView['format'], indent: number | undefined): string {
  if (format === 'table') return renderCountersTable(reading);
  const { info, alive, snapshot, threads } = reading;
  const liveWithdrawn = whyLiveIsWithdrawn(snapshot);
  const figures =
    liveWithdrawn === undefined ? { counters: snapshot, threads } : { counters: withoutLive(snapshot), liveWithdrawn };
  return `${toPrintableJson({ schemaVersion: 1, info, alive, ...figures }, indent)}\n`;
}
