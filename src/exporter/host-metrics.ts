import { Counter, type Registry } from 'prom-client';
import { readHostPressure } from '../process/host-memory.ts';
import { secondsOf } from './container-metrics.ts';
import type { ContentType } from './exposition.ts';

export const hostPressure = {
  name: 'offheap_host_memory_pressure_seconds_total',
  help: 'How long at least one task of the host (some), or all at once (full), have waited for memory since its boot. Read at the scrape; absent where the kernel does not count it.',
};

/** Of the host, whatever processes are exported. */
export function addHostMetrics(registers: Registry<ContentType>[]): void {
  new Counter({
    ...hostPressure,
    labelNames: ['kind'],
    registers,
    collect() {
      this.reset();
      for (const [kind, seconds] of secondsOf(readHostPressure())) this.inc({ kind }, seconds);
    },
  });
}
