// A Docker engine: the one that answers, or one of our own, which needs no network and leaves the machine's as it is. It ends with the script.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../kubernetes/wait.mjs';
import { fail, say } from '../lib/run.mjs';
import { requireTools } from '../lib/tools.mjs';

const needs = [
  { path: 'dockerd', apt: 'docker.io' },
  { path: 'docker', apt: 'docker.io' },
  { path: 'containerd', apt: 'containerd' },
  { path: 'runc', apt: 'runc' },
];
const startMs = 60_000;
const endMs = 30_000;
const mostBytes = 64 << 20;
const groups = '/sys/fs/cgroup';

export class Engine {
  #environment;
  #end;

  constructor(environment, end) {
    this.#environment = environment;
    this.#end = end;
  }

  /** What a shell has that types lines of the documents. */
  get environment() {
    return this.#environment;
  }

  /** @returns {{ status: number | null, stdout: string, stderr: string }} */
  try(args, options = {}) {
    return spawnSync('docker', args, { encoding: 'utf8', maxBuffer: mostBytes, env: this.#environment, ...options });
  }

  /** @throws Error with Docker's last words */
  run(...args) {
    const { status, stdout, stderr, error } = this.try(args);
    if (status === 0) return stdout.trim();
    throw new Error(`docker ${args[0]}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
  }

  version() {
    return this.run('version', '--format={{.Server.Version}}');
  }

  end() {
    return this.#end();
  }
}

/** @param {string} folder for an engine of our own @returns {Promise<Engine>} */
export async function openEngine(folder) {
  const running = new Engine(process.env, async () => {});
  if (running.try(['version']).status === 0) return running;
  if (process.platform !== 'linux')
    fail(`expected a Docker engine that answers, found none, and none can be started on ${process.platform}.`);
  if (process.getuid() !== 0)
    fail('expected a Docker engine that answers, or root to start one, found neither. Run: sudo npm run test:docker');
  requireTools(needs);
  return startEngine(folder);
}

async function startEngine(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const socket = `unix://${join(folder, 'socket')}`;
  const places = [`--data-root=${join(folder, 'data')}`, `--exec-root=${join(folder, 'exec')}`, `--pidfile=${join(folder, 'pid')}`];
  // No bridge and no rule of the firewall: its containers need no network.
  const apart = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false'];
  const log = join(folder, 'log');
  const output = openSync(log, 'w');
  const before = dockerGroups();
  const child = spawn('dockerd', [...places, ...apart, `--host=${socket}`], { stdio: ['ignore', output, output], detached: true });
  let ended = false;
  const closed = new Promise((resolve) =>
    child.once('exit', () => {
      ended = true;
      resolve();
    }),
  );
  const end = async () => {
    const late = setTimeout(() => child.kill('SIGKILL'), endMs);
    if (!ended) child.kill('SIGTERM');
    await closed;
    clearTimeout(late);
    unmountBelow(folder);
    for (const group of dockerGroups())
      if (!before.includes(group)) for (const each of [join(group, 'buildkit'), group]) removeEmpty(each);
    for (const name of ['data', 'exec']) rmSync(join(folder, name), { recursive: true, force: true });
  };
  const engine = new Engine({ ...process.env, DOCKER_HOST: socket }, end);
  try {
    await waitFor(
      'the Docker engine',
      () => {
        if (ended) throw new Error(`it has ended: ${readFileSync(log, 'utf8').trim().split('\n').at(-1)}`);
        return engine.try(['version']).status === 0;
      },
      startMs,
    );
  } catch (error) {
    await end();
    fail(`${error.message}. Its log: ${log}`);
  }
  say(`a Docker engine ${engine.version()} of our own is ready`);
  return engine;
}

/** What an engine leaves: a group of each controller that its containers were in. */
function dockerGroups() {
  if (!existsSync(groups)) return [];
  return ['', ...readdirSync(groups)].map((name) => join(groups, name, 'docker')).filter((group) => existsSync(group));
}

function removeEmpty(group) {
  try {
    rmdirSync(group);
  } catch {
    // Somebody else's container is in it.
  }
}

/** Layers of containers that it was killed with. The last one first. */
function unmountBelow(folder) {
  const places = [...readFileSync('/proc/self/mounts', 'utf8').matchAll(/^\S+ (\S+) /gm)].map(([, place]) => place);
  for (const place of places.filter((each) => each.startsWith(`${folder}/`)).reverse()) spawnSync('umount', ['--lazy', place]);
}
