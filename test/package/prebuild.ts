import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { certificates } from '../certificates.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Before a command that writes prebuilds/: such commands wait for each other, whichever file has started them. The lock ends with its holder. */
export const inTurn = ['flock', join(root, 'build', 'prebuild.lock')] as const;

/** Four kinds of machines and, the first time, zig's C++ library for each: 3 minutes on two cores that do nothing else. */
export const prebuildTimeoutMs = 30 * 60_000;

/** Writes prebuilds/, or throws what the script said. */
export function prebuild(): void {
  const [flock, ...args] = [...inTurn, process.execPath, join(root, 'scripts', 'prebuild.mjs')];
  const { status, stderr, error } = spawnSync(flock, args, { encoding: 'utf8', env: { ...process.env, ...certificates() } });
  if (error) throw error;
  if (status !== 0) throw new Error(stderr);
}
