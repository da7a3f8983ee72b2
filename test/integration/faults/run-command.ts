import { spawnSync } from 'node:child_process';

export function runCommand([command, args]: [string, string[]], env: Record<string, string> = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...env },
    timeout: 250_000,
  });
  if (error) throw error;
  return { status, stdout, stderr };
}
