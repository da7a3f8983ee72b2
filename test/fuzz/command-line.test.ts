import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { main } from '../../src/cli.ts';
import { commandList } from '../../src/command-list.ts';
import { addCommand } from '../../src/commands/help/definition.ts';
import { fuzz } from './fuzz.ts';

let folder: string;
const before = process.cwd();

// Whatever runs on this machine is not looked at, asked or trimmed because a command line names no process.
vi.mock('../../src/jvm/find-jvms.ts', () => ({ findJvms: async () => [], findProcesses: async () => [] }));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'offheap-command-line-'));
  process.chdir(folder);
  // No program is found, so that none is started, and no JDK.
  vi.stubEnv('PATH', folder);
  vi.stubEnv('JAVA_HOME', join(folder, 'none'));
  vi.stubEnv('OFFHEAP_CACHE_DIR', folder);
  vi.stubEnv('OFFHEAP_DEBUG', '');
});
afterAll(() => {
  vi.unstubAllEnvs();
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

const program = new Command();
for (const { load } of commandList) addCommand(program, await load());
/** Options of each command, and those that keep it from running on, or from other users' processes: an address that is no host's, a pattern that nothing matches. */
const commands = program.commands.map((command) => ({
  name: command.name(),
  flags: command.options.flatMap(({ long, short }) => [long, short].filter((flag) => typeof flag === 'string')),
}));
const bounds: Readonly<Record<string, string[]>> = {
  export: ['--host=192.0.2.1'],
  // It would go on until it is told to end.
  tend: ['--select=('],
  watch: ['--select=of-no-command-line^', '--for=1ms'],
};

/** No pid of a process, no path outside of the folder. */
const values = [
  ...[
    '',
    '0',
    '1',
    '-1',
    '2',
    '1e9',
    '0x10',
    'NaN',
    '1.5',
    '4194304',
    '99999999999999999999',
    '1s',
    '-1s',
    '1ms',
    '64m',
    '1g',
    '50%',
  ],
  ...[
    'glibc',
    'glibc-arena1,mmap',
    'glibc,glibc',
    ',',
    'leaky',
    'json',
    'table',
    'html',
    'csv',
    'tcp:1',
    'http://',
    '(',
    'a=1',
    '1MB/min',
  ],
  ...[
    '--',
    '-',
    '--help',
    'nothing.json',
    'none/nothing',
    'bash',
    '{}',
    '__proto__',
    'constructor',
    '\u001b[2J',
    '\ud83d\ude00',
    "'",
    '"',
    '\\',
  ],
];
const value = fc.oneof(
  fc.constantFrom(...values),
  fc.string({ maxLength: 8 }).map((text) => text.replaceAll(/[\0/\d]/g, '')),
);
const argv = fc.constantFrom(...commands, { name: 'nothing', flags: ['--help'] }).chain(({ name, flags }) => {
  const flag = fc.constantFrom('--version', '--help', ...flags);
  const word = fc.oneof(
    flag,
    fc.tuple(flag, value).map(([left, right]) => `${left}=${right}`),
    value,
  );
  return fc
    .tuple(fc.array(word, { maxLength: 6 }), fc.option(fc.array(value, { maxLength: 2 })))
    .map(([words, rest]) => [name, ...words, ...(bounds[name] ?? []), ...(rest === null ? [] : ['--', './nothing', ...rest])]);
});

async function run(args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  process.exitCode = undefined;
  try {
    const status = await main(['node', 'offheap', ...args]);
    return { status, stdout, stderr };
  } finally {
    process.exitCode = undefined;
    process.stdout.removeAllListeners('error');
    err.mockRestore();
    out.mockRestore();
  }
}

// Any arguments: one of the documented statuses, and where something is wrong a sentence that says it; nothing that nobody foresaw, and no stack.
fuzz({ name: 'command_line', runs: 100 }, argv, async (args) => {
  const { status, stdout, stderr } = await run(args);
  expect([0, 1, 2, 3, 130], stderr).toContain(status);
  expect(stderr).not.toMatch(/OFFHEAP_DEBUG|^ {4}at /m);
  if (status === 2) expect(stdout).toBe('');
  // A result says itself what failed in it.
  const hasResult = stdout !== '' || args.some((word) => word.startsWith('--output'));
  if (status === 2 || (status === 1 && !hasResult)) expect(stderr.match(/^(offheap|error): ./gm) ?? [], stderr).toHaveLength(1);
});
