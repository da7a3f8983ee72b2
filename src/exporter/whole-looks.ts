import { type LookOptions, lookAt } from './look.ts';
import type { LookKind } from './look-kind.ts';
import type { LooksKeeper } from './looks-keeper.ts';

export interface WholeLooksOptions extends Omit<LookOptions, 'report' | 'signal' | 'isKept'> {
  /** Time between two looks at one process, or more where the pace does not allow it. */
  intervalMs: number;
  /** Keeps each look for when its process is gone. */
  keeper?: Pick<LooksKeeper, 'keep'> | undefined;
}

/** Looks at all of a process but its owners. */
export function wholeLooks({ intervalMs, keeper, ...options }: WholeLooksOptions, looked: (durationMs: number) => void): LookKind {
  return {
    instrument: 'process',
    intervalMs,
    turnOf: ({ turn }) => turn,
    look: async (subject, context) => {
      const startedAt = performance.now();
      subject.look = await lookAt(subject, { ...options, ...context, isKept: keeper !== undefined });
      looked(performance.now() - startedAt);
      await keeper?.keep(subject, subject.look);
    },
    forget: (subject, olderThanMs) => {
      if (subject.look && Date.now() - subject.look.takenAtMs > olderThanMs) delete subject.look;
    },
  };
}
