/** Ctrl-C and a polite kill end the running program; the finished cells are kept and shown. */
export function interruptible(controller = new AbortController()): { signal: AbortSignal; release: () => void } {
  const interrupt = () => controller.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, interrupt);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of signals) process.off(name, interrupt);
    },
  };
}
