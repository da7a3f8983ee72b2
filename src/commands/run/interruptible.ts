import { Interruption } from '../../model/errors.ts';

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

/** Runs work of which a part is nothing. @throws Interruption when it was called off */
export async function interruptibly<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const { signal, release } = interruptible();
  try {
    return await unlessInterrupted(signal, () => work(signal));
  } finally {
    release();
  }
}

/** @throws Interruption in place of whatever work throws that was called off */
export async function unlessInterrupted<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw signal.aborted ? new Interruption() : error;
  }
}
