import { type Asking, nothingRead, type ReadBack } from './asking.ts';
import { type RunnableName, runnable } from './registry.ts';

/**
 * Asks the allocator, in a short process with the same settings, what it made of them: a misspelt name or a value out of range is silently
 * ignored by most. An allocator without a way to ask has nothing read back.
 */
export async function readBackSettings({ allocator, ...asking }: Asking & { allocator: RunnableName }): Promise<ReadBack> {
  if (Object.keys(asking.env).length === 0) return nothingRead;
  return (await runnable[allocator].readBack?.(asking)) ?? nothingRead;
}
