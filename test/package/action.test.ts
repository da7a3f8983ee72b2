import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { resultFile } from '../../src/model/result.ts';
import { pack, root } from './consumer.ts';
import { prebuildTimeoutMs } from './prebuild.ts';

interface Step {
  id?: string;
  name?: string;
  if?: string;
  run?: string;
  shell?: string;
  uses?: string;
  env?: Record<string, string>;
  with?: Record<string, string>;
}

interface Action {
  inputs: Record<string, { required?: boolean; default?: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: Step[] };
}

const action: Action = parse(readFileSync(join(root, 'action.yml'), 'utf8'));
const steps = action.runs.steps;

/** What GitHub's own schema says of a file. */
function violations(schema: 'vendor.github-actions' | 'vendor.github-workflows', file: string) {
  const python = join(root, 'build', 'python', 'bin', 'python3');
  const { status, stdout, stderr } = spawnSync(python, ['-m', 'check_jsonschema', '--builtin-schema', schema, file], {
    encoding: 'utf8',
  });
  return { status, said: `${stdout}${stderr}`.trim() };
}

const page = readFileSync(join(root, 'docs', 'ci.md'), 'utf8');
const [, workflow = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];

describe('by GitHub’s schemas', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'offheap-action-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('action.yml is an action; one with a step that is none is not', () => {
    expect(violations('vendor.github-actions', join(root, 'action.yml'))).toEqual({ status: 0, said: 'ok -- validation done' });
    const wrong = join(folder, 'action.yml');
    writeFileSync(wrong, readFileSync(join(root, 'action.yml'), 'utf8').replaceAll('shell: bash', 'shel: bash'));
    expect(violations('vendor.github-actions', wrong).status).toBe(1);
  });

  test('the workflow of docs/ci.md is one, and gives the action inputs that it has', () => {
    const file = join(folder, 'workflow.yml');
    writeFileSync(file, workflow);
    expect(violations('vendor.github-workflows', file)).toEqual({ status: 0, said: 'ok -- validation done' });
    const uses: Step[] = parse(workflow).jobs.memory.steps;
    const given = Object.keys(uses.find((step) => step.uses?.includes('/offheap@'))?.with ?? {});
    expect(given).toEqual(['command', 'ready', 'load', 'repeats', 'baseline', 'max-regression', 'bounds']);
    expect(given.filter((name) => !(name in action.inputs))).toEqual([]);
  });

  test('each input is used, each one that is used is declared, and docs/ci.md has all inputs and outputs', () => {
    const used = new Set([...JSON.stringify(steps).matchAll(/inputs\.([\w-]+)/g)].map(([, name = '']) => name));
    expect([...used].sort()).toEqual(Object.keys(action.inputs).sort());
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    const documented = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
    expect(documented.sort()).toEqual([...Object.keys(action.inputs), ...Object.keys(action.outputs)].sort());
  });
});

interface Job {
  inputs: Record<string, string>;
  /** What each step printed, by its name or what it uses. */
  log: string;
  outputs: Record<string, string>;
  summary: string;
  /** Of the first step that failed; 0 where none did. */
  status: number;
}

const noJob: Job = { inputs: {}, log: '', outputs: {}, summary: '', status: 0 };

/** A job on a runner: its folders stay from one run of the action to the next, as a workspace does. */
class Runner {
  readonly workspace = mkdtempSync(join(tmpdir(), 'offheap-workspace-'));
  readonly #temp = mkdtempSync(join(tmpdir(), 'offheap-runner-'));
  #path = process.env['PATH'] ?? '';
  #isInstalled = false;

  remove(): void {
    for (const folder of [this.workspace, this.#temp]) rmSync(folder, { recursive: true, force: true });
  }

  /** Runs the steps that are shell, as the runner does: bash -eo pipefail, and files for outputs, PATH and the summary. */
  run(given: Record<string, string>): Job {
    const inputs = Object.fromEntries(
      Object.entries(action.inputs).map(([name, input]) => [name, given[name] ?? input.default ?? '']),
    );
    const job: Job = { inputs, log: '', outputs: {}, summary: '', status: 0 };
    for (const step of steps) {
      // Once is enough: it takes ten seconds.
      if (step.run === undefined || (this.#isInstalled && step.name === 'Install offheap')) continue;
      if (job.status !== 0 && !step.if?.includes('always()')) continue;
      const status = this.#runStep(step, job);
      if (job.status === 0) job.status = status;
    }
    this.#isInstalled = true;
    return job;
  }

  #runStep(step: Step, job: Job): number {
    const files = Object.fromEntries(
      ['GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'].map((name) => [name, join(this.#temp, name)]),
    ) as Record<'GITHUB_OUTPUT' | 'GITHUB_PATH' | 'GITHUB_STEP_SUMMARY', string>;
    for (const file of Object.values(files)) writeFileSync(file, '');
    const script = join(this.#temp, 'script.sh');
    writeFileSync(script, step.run ?? '');
    expect(step.shell).toBe('bash');
    const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, evaluate(value, job)]);
    const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      cwd: this.workspace,
      encoding: 'utf8',
      env: {
        ...process.env,
        ...files,
        PATH: this.#path,
        RUNNER_TEMP: this.#temp,
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: this.workspace,
        ...Object.fromEntries(own),
      },
    });
    job.log += `${stdout}${stderr}`;
    job.summary += readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8');
    for (const line of readFileSync(files.GITHUB_OUTPUT, 'utf8').split('\n').filter(Boolean)) {
      const separator = line.indexOf('=');
      job.outputs[line.slice(0, separator)] = line.slice(separator + 1);
    }
    for (const folder of readFileSync(files.GITHUB_PATH, 'utf8').split('\n').filter(Boolean))
      this.#path = `${folder}:${this.#path}`;
    return status ?? 1;
  }
}

function evaluate(text: string, { inputs, outputs }: Job): string {
  return text.replaceAll(/\$\{\{ (?:inputs\.([\w-]+)|steps\.guard\.outputs\.(\w+)) \}\}/g, (_, input: string, output: string) =>
    input === undefined ? (outputs[output] ?? '') : (inputs[input] ?? ''),
  );
}

describe('its steps, run as a runner runs them, with offheap from the tarball that would be published', () => {
  let tarball: string;
  let runner: Runner;
  /** Two words with spaces, one of them in double quotes. */
  const holding = (mib: number) =>
    `python3 -c 'import sys, time; held = b"x" * (int(sys.argv[1]) << 20); print("@ready", sys.argv[2], flush=True); time.sleep(600)' ${mib} "two words"`;
  const driven = { ready: '@ready two words', duration: '100ms', arguments: '\n  --settle=100ms\n\n', version: '' };
  /** Times of a tenth of a second are a busy machine's. */
  const anyTime = 'cpu-time=1000%';
  const run = (given: Record<string, string>) => runner.run({ ...driven, version: tarball, ...given });

  beforeAll(() => {
    tarball = pack();
    runner = new Runner();
  }, prebuildTimeoutMs);
  afterAll(() => runner.remove());

  test('no baseline yet: the program is measured, a notice says so, and the result becomes the baseline', () => {
    const { status, log, outputs, summary } = run({ command: holding(101), baseline: 'baseline.json' });
    expect({ status, log }).toEqual({
      status: 0,
      log: expect.stringContaining('::notice title=offheap guard::There is no baseline baseline.json yet.'),
    });
    expect(Object.keys(outputs)).toEqual(['status', 'folder', 'result', 'report']);
    const text = readFileSync(outputs['result'] ?? '', 'utf8');
    const { cells, complete } = resultFile.parse(JSON.parse(text));
    expect([complete, cells.map(({ state }) => state)]).toEqual([true, ['ok', 'ok', 'ok']]);
    expect(cells[0]?.command?.slice(-2)).toEqual(['101', 'two words']);
    expect(readFileSync(outputs['report'] ?? '', 'utf8')).toMatch(/^<!doctype html>/i);
    expect(summary).toMatch(/^### Native memory\n\n/);
    writeFileSync(join(runner.workspace, 'baseline.json'), text);
  });

  test('the same program keeps it', () => {
    const { status, outputs, summary } = run({
      command: holding(101),
      baseline: 'baseline.json',
      'max-regression': `10%\n${anyTime}`,
    });
    expect([status, outputs['status']]).toEqual([0, '0']);
    expect(summary).toMatch(/^\| kept +\| settled .* keeps --max-regression=settled=10 % +\|$/m);
  });

  test('one that holds more fails the job: its status, annotations, the summary and JUnit’s XML', () => {
    const { status, log, outputs, summary } = run({
      ...{ command: holding(137), baseline: 'baseline.json', 'max-regression': `10%\n  peak=90%\n${anyTime}` },
      bounds: 'max-settled=1g\n--max-peak=1g\n',
    });
    expect([status, outputs['status']]).toEqual([3, '3']);
    expect(log).toMatch(
      /^::error title=offheap guard::settled \+\d\d(\.\d)? %25 .* breaks --max-regression=settled=10 %25. The program holds 139 of \d+ MiB in blocks of malloc/m,
    );
    expect(summary).toMatch(/^\| \*\*broken\*\* \| settled \+/m);
    expect(summary).toMatch(/^\| kept +\| peak \+.* keeps --max-regression=peak=90 % +\|$/m);
    expect(summary).toMatch(/^\| kept +\| peak .*keeps --max-peak=1,024 MiB +\|$/m);
    // What is uploaded is what the steps have written.
    const upload = steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
    const folder = evaluate(upload?.with?.['path'] ?? '', { ...noJob, outputs });
    expect(readdirSync(folder).sort()).toEqual(['junit.xml', 'report.html', 'result.json', 'summary.md']);
    expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toContain('failures="2" errors="0"');
  });

  test('a program that fails: status 1, and its words are in the summary', () => {
    const { status, outputs, summary } = run({ command: "sh -c 'echo gone; exit 4'", bounds: 'max-settled=1g', repeats: '1' });
    expect([status, outputs['status']]).toEqual([1, '1']);
    expect(summary).toContain('**failed**. The program ended with status 4 before its first phase. It said last: gone');
  });

  test('wrong inputs: status 2 and one sentence, or the one of xargs', () => {
    const wrong = run({ command: 'true', bounds: 'max-settled=much' });
    expect([wrong.status, wrong.outputs]).toEqual([2, { status: '2' }]);
    expect(wrong.log).toContain('offheap: Expected --max-settled to be a size such as 512m or 1g, got "much".');
    const unquoted = run({ command: "sh -c 'echo", bounds: 'max-settled=1g' });
    expect(unquoted.status).not.toBe(0);
    expect(unquoted.log).toContain('unmatched single quote');
  });
});
