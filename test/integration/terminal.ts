import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import headless from '@xterm/headless';
import { expect, onTestFinished } from 'vitest';
import { root } from '../cli/offheap.ts';

const script = fileURLToPath(new URL('programs/terminal.py', import.meta.url));
const enough = { timeout: 120_000, interval: 50 };

interface TerminalSize {
  rows: number;
  columns: number;
  /** Beside what the terminal of the tests has; undefined takes a variable away. */
  env?: NodeJS.ProcessEnv;
}

/** offheap in a real terminal, whose screen is what a user would see. */
export function openTerminal(args: readonly string[], { rows, columns, env = {} }: TerminalSize) {
  const screen = new headless.Terminal({ rows, cols: columns, allowProposedApi: true });
  const command = [process.execPath, `${root}/bin/offheap.js`, ...args];
  const child = spawn('python3', [script, String(rows), String(columns), ...command], {
    env: { ...process.env, NO_COLOR: '1', TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close').then(([status]) => status as number);
  let raw = '';
  child.stdout.on('data', (data: Buffer) => {
    raw += data.toString();
    screen.write(data);
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines = () => {
    const { rows: height, cols: width } = screen;
    const { active } = screen.buffer;
    // A line of a screen that has become narrower still has what stood beyond.
    const lineAt = (row: number) =>
      active
        .getLine(active.viewportY + row)
        ?.translateToString(true, 0, width)
        .trimEnd() ?? '';
    return Array.from({ length: height }, (_, row) => lineAt(row));
  };
  const send = (message: string | number | number[]) => child.stdin.write(`${JSON.stringify(message)}\n`);
  return {
    lines,
    ended,
    /** Everything that was written to the terminal. */
    raw: () => raw,
    type: (text: string) => send(text),
    signal: (name: NodeJS.Signals) => send(constants.signals[name]),
    resize: (newRows: number, newColumns: number) => {
      screen.resize(newColumns, newRows);
      send([newRows, newColumns]);
    },
    until: (pattern: RegExp) => expect.poll(() => lines().join('\n'), enough).toMatch(pattern),
  };
}
