/** Who tells an allocator to give memory back: the JVM's own command, or the agent that it loads. */
export type Teller = 'jvm' | 'agent';

/** Who has a process give memory back, or why nobody may. */
export type Way = { by: Teller } | { refusal: string };

/** What a process keeps idle. */
export interface Kept {
  /** What a trim would give back, or the most that it could; undefined where nobody can tell it to. */
  bytes: number | undefined;
  /** How long that would take; undefined where `bytes` are the most, or nobody has measured it. */
  expectedMs: number | undefined;
}
