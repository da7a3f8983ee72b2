import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { certificates } from '../certificates.ts';
import { inTurn, prebuild } from './prebuild.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** How this machine reaches a registry: a proxy, certificates of its own. Of npm, and of what calls it, those of Node as well. */
const network = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => /^(https?_proxy|no_proxy|SSL_CERT_FILE)$/i.test(name)),
) as Record<string, string>;

/** Runs a command to its end in a folder, with nothing of npm's or of this project in its environment. */
export function run(folder: string, command: string, args: readonly string[], env: Record<string, string> = {}): Ran {
  const own = {
    ...network,
    ...(command === 'npm' || command === inTurn[0] ? certificates() : {}),
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    XDG_CACHE_HOME: join(folder, 'cache'),
    NO_COLOR: '1',
  };
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...own, ...env },
    timeout: 250_000,
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

export function must(ran: Ran): string {
  if (ran.status !== 0) throw new Error(`ended with ${ran.status}: ${ran.stdout}${ran.stderr}`);
  return ran.stdout;
}

export interface Consumer {
  folder: string;
  /** Where npm has put the package. */
  installed: string;
  remove(): void;
}

/** The path of the tarball that would be published, which is made once for all files that install it. */
export function pack(): string {
  const [flock, lock] = inTurn;
  // Packing does it too, but is not waited for so long.
  prebuild();
  must(run(root, flock, [lock, process.execPath, join('test', 'package', 'pack.mjs')]));
  return join(root, 'build', 'packed', 'offheap.tgz');
}

/** Somebody's empty project, with offheap installed from that tarball. */
export function installPacked(): Consumer {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-consumer-'));
  const tarball = pack();
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  must(run(folder, 'npm', ['install', '--silent', '--prefer-offline', '--no-audit', '--no-fund', tarball]));
  return {
    folder,
    installed: join(folder, 'node_modules', 'offheap'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
