import { setInterval as everyTick } from 'node:timers/promises';
import { ownLine } from '../../process/ancestors.ts';

const tickMs = 1000;

/**
 * Resolves when npx or npm, which started this process, has ended: killed by SIGKILL they pass no signal on, and what they started would go on unseen, with its
 * port. Never resolves for a process that was started otherwise: a service manager's child is adopted by others as well.
 */
export async function parentEnd(): Promise<void> {
  if (process.env['npm_lifecycle_event'] === undefined && process.env['npm_command'] === undefined) return new Promise(() => {});
  // A shell may be between them and this process, and goes on.
  const line = describeLine();
  for await (const _ of everyTick(tickMs, undefined, { ref: false })) if (describeLine() !== line) return;
}

function describeLine(): string {
  return [...ownLine()].join(' ');
}
