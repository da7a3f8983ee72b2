import { exitCodes } from '../../model/errors.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Ctrl-C and a polite kill end what runs; what was measured is kept and shown. The second one ends offheap as if it caught none, whatever it waits for: the watchdog
 * ends the program, and files are written whole or not at all.
 */
export function interruptible(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const release = () => {
    for (const name of signals) process.off(name, interrupt);
  };
  const interrupt = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      release();
      process.kill(process.pid, name);
    }
    controller.abort();
  };
  for (const name of signals) process.on(name, interrupt);
  return { signal: controller.signal, release };
}

/** For work of which a part is nothing: when it is interrupted, undefined and the status that says so. */
export async function unlessInterrupted<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value | undefined> {
  const { signal, release } = interruptible();
  try {
    return await work(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    process.exitCode = exitCodes.interrupted;
    return undefined;
  } finally {
    release();
  }
}
