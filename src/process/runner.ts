import type { LimitedGroup } from './limited-group.ts';

/** How a program is started: nothing here goes through a shell. */
export interface ProcessSpec {
  command: string;
  args: readonly string[];
  /** The complete environment; nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** `lines`: what sendLine() writes. `none`, the default: /dev/null. */
  stdin?: 'lines' | 'none';
  /** A folder made for it: removed, should offheap be killed before it can do so. */
  privateFolder?: string;
  /** The memory cgroup it is to start in; removed as well. */
  group?: LimitedGroup;
  /** Called with every line it writes to stderr. */
  onErrorLine?: (line: string) => void;
}

export interface ProcessEnd {
  exitCode: number | undefined;
  signal: string | undefined;
  /** The last lines the program wrote to stderr. */
  stderrTail: string;
}

export interface RunningProcess {
  readonly pid: number;
  /** What the program writes to stdout, line by line, until it closes it. To be read: a program whose output nobody takes stands still. */
  readonly lines: AsyncIterable<string>;
  /** Settles when the process has ended and its output is closed; never rejects. What is left of its process group is killed then. */
  readonly ended: Promise<ProcessEnd>;
  /** Writes a line to the program's stdin; does nothing once it has ended. */
  sendLine(line: string): void;
  /** Signals the program and what it has started, unless that has left its process group. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

export interface Captured {
  stdout: string;
  stderr: string;
}

/** The only way to child processes, so that tests can put a script in its place. */
export interface ProcessRunner {
  /** Rejects with an OffheapError when the program cannot be started. */
  start(spec: ProcessSpec): Promise<RunningProcess>;
  /**
   * What a short command printed; undefined when it is missing, fails, prints more than 1 MiB, or has not ended after `timeoutMs`, a minute by default. `env` is added to this
   * process's own environment; `cwd` is where it runs. Rejects with the signal's reason.
   */
  capture(
    command: string,
    args: readonly string[],
    options?: { env?: Readonly<Record<string, string>>; cwd?: string; timeoutMs?: number; signal?: AbortSignal },
  ): Promise<Captured | undefined>;
}
