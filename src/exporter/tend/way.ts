/** Who tells an allocator to give memory back: the JVM's own command, or the agent that it loads. */
export type Teller = 'jvm' | 'agent';

/** Who has a process give memory back, or why nobody may. */
export type Way = { by: Teller } | { refusal: string };
