// One row: a root of its own, a clone or the package in it, the commands, and what came of them.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../lib/run.mjs';
import { enter } from './enter.mjs';
import { installNode } from './nodes.mjs';
import { unpackRoot } from './roots.mjs';

const minuteMs = 60_000;
const limits = { clone: 5 * minuteMs, install: 20 * minuteMs, command: 60 * minuteMs };

/**
 * @param {{ name: string, root: string, node: string, user?: string, folder?: string, commands?: string[], package?: boolean }} row
 * @param {{ bundle: string, tarball: string | undefined, log: string }} from `bundle`: what is cloned
 */
export function tryRow(row, { bundle, tarball, log }) {
  writeFileSync(log, '');
  const root = unpackRoot(row.root);
  try {
    const node = installNode(row.node, root);
    const shell = (command, options = {}) => enter({ root, log, user: row.user, timeoutMs: limits.command, ...options, command });
    if (row.user) must(enter({ root, log, command: `useradd --create-home ${row.user}`, timeoutMs: limits.clone }));
    const steps = row.package ? tryPackage(root, tarball, shell) : tryClone(row, bundle, root, shell);
    return { ...describe(row, root), node, at: new Date().toISOString().slice(0, 10), steps };
  } catch (error) {
    return { ...describe(row, root), node: row.node, at: new Date().toISOString().slice(0, 10), steps: [], error: error.message };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function describe({ name, root, user, folder }, at) {
  const title = /^PRETTY_NAME="([^"]+)"$/m.exec(readFileSync(join(at, 'etc', 'os-release'), 'utf8'))?.[1];
  return { name, root, title, user: user ?? 'root', folder };
}

function tryClone({ user, folder, commands }, bundle, root, shell) {
  run('cp', [bundle, join(root, 'tmp', 'offheap.bundle')]);
  must(shell(`git clone --quiet /tmp/offheap.bundle "${folder}"`, { timeoutMs: limits.clone }));
  return commands.flatMap((command) => {
    const inClone = `cd "${folder}" && ${command}`;
    const [asked, told] = user ? installAsTold(inClone, shell) : [[], undefined];
    if (told?.status !== undefined && told.status !== 0) return [{ command, ...told }];
    const first = outcome(command, shell(inClone));
    // Sets nothing up again: the set-up script alone is what would.
    const again = shell(`cd "${folder}" && node scripts/setup.mjs${command === 'npm test' ? ' --for=test' : ''}`);
    return [...asked, { ...first, silentAgain: again.status === 0 && !/ …$/m.test(again.output), again: again.seconds }];
  });
}

/** An ordinary user is told one command; an administrator runs it, less the sudo. */
function installAsTold(command, shell) {
  const refused = shell(command);
  const told = /, run: (.+)$/m.exec(refused.output)?.[1];
  if (refused.status === 0) return [[], undefined];
  if (told === undefined) return [[{ command, status: refused.status, seconds: refused.seconds, told: undefined }], refused];
  const { status, seconds } = shell(told.replaceAll('sudo ', 'DEBIAN_FRONTEND=noninteractive '), {
    user: undefined,
    timeoutMs: limits.install,
  });
  return [[{ command: told, status, seconds }], { status, seconds }];
}

/** In an empty folder, beside the smallest JRE of 17 or later that the release has. */
function tryPackage(root, tarball, shell) {
  run('cp', [tarball, join(root, 'tmp', 'offheap.tgz')]);
  const jre = 'apt-get -qq update && apt-get -qq install -y --no-install-recommends';
  const installed = ['default-jre-headless', 'openjdk-17-jre-headless'].some((name) => {
    const { status, output } = shell(`${jre} ${name} && java -version`, {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      timeoutMs: limits.install,
    });
    return status === 0 && Number(/version "(\d+)/.exec(output)?.[1]) >= 17;
  });
  if (!installed) throw new Error('no JRE of 17 or later could be installed');
  mkdirSync(join(root, 'root', 'empty'));
  const commands = [
    'npm install --no-audit --no-fund /tmp/offheap.tgz',
    'npx offheap repro --allocator=glibc,mmap --settle=1s',
    'meter=$(npx offheap allocators --path=meter); LD_PRELOAD=$meter sleep 60 & npx offheap counters $!',
    'npx offheap doctor $$; test $? = 0 -o $? = 3',
  ];
  return commands.map((command) => outcome(command, shell(`cd empty && { ${command}; }`)));
}

/** What is kept of a command that ended: its set-up's own steps, and Vitest's own count. */
export function outcome(command, { status, seconds, output }) {
  return { command, status, seconds, setupSeconds: setupSeconds(output), ...testsOf(output) };
}

/** What the set-up's steps say that they took; what apt took is not among it. */
function setupSeconds(output) {
  return [...output.matchAll(/^offheap setup: .*: done in ([\d.]+) s$/gm)].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}

/** Of Vitest's own summary. */
function testsOf(output) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
  const line = /^\s*Tests\s+(.*)\(\d+\)/m.exec(output.replace(/\x1b\[[\d;]*m/g, ''))?.[1];
  if (line === undefined) return {};
  const count = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return { tests: { passed: count('passed'), failed: count('failed'), skipped: count('skipped') } };
}

function must({ status, output }) {
  if (status !== 0) throw new Error(`could not be prepared: ${output.trim().split('\n').at(-1)}`);
}

/** @returns {boolean} whether every command of the row ended as it should */
export function isGreen({ steps, error }) {
  return error === undefined && steps.length > 0 && steps.every(({ status, silentAgain }) => status === 0 && silentAgain !== false);
}
