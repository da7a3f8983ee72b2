import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { toScenario } from '../../../src/api/program.ts';
import { announcedScript } from '../../../src/experiment/announced-script.ts';
import { drivenScript } from '../../../src/experiment/driven-script.ts';
import { ProgramOutput } from '../../../src/experiment/program-output.ts';
import { scriptOf } from '../../../src/experiment/script.ts';
import type { CellScript, ScriptContext } from '../../../src/experiment/script-context.ts';
import type { CommandScenario } from '../../../src/model/result.ts';
import type { ProcessEnd, ProcessRunner, RunningProcess } from '../../../src/process/runner.ts';

const plain: CommandScenario = { name: 'command', command: ['app'], gc: false, settleMs: 1, step: false, graceMs: 20 };

/** A program that says these lines and then waits to be ended; `stubborn` ignores SIGTERM. */
function scripted(events: string[], lines: readonly string[], { stubborn = false, dies = false } = {}): RunningProcess {
  let end: (value: ProcessEnd) => void = () => {};
  const ended = new Promise<ProcessEnd>((resolve) => {
    end = resolve;
  });
  async function* output() {
    for (const line of lines) {
      await delay(1);
      yield line;
    }
    if (dies) end({ exitCode: 9, signal: undefined, stderrTail: '' });
    await ended;
  }
  return {
    ...{ pid: 1, lines: output(), ended },
    sendLine: () => events.push('answer'),
    kill: (signal) => {
      events.push(signal);
      if (signal === 'SIGKILL' || !stubborn) end({ exitCode: undefined, signal, stderrTail: '' });
    },
  };
}

/** A load that says one line and ends with this status. */
const loadRunner = (exitCode: number): ProcessRunner => ({
  start: async ({ command, args }) => {
    async function* lines() {
      yield `@metric ran=1`;
    }
    const end = { exitCode, signal: undefined, stderrTail: [command, ...args].join(' ') };
    return { pid: 2, lines: lines(), ended: Promise.resolve(end), sendLine: () => {}, kill: () => {} };
  },
  capture: async () => undefined,
});

async function play(script: CellScript, lines: readonly string[], { stubborn = false, dies = false, loadStatus = 0 } = {}) {
  const events: string[] = [];
  const over = new AbortController();
  const child = scripted(events, lines, { stubborn, dies });
  void child.ended.then(() => over.abort());
  const notes: string[] = [];
  const report: ScriptContext['report'] = { metrics: {}, stopped: false };
  const reach = async ({ name }: { name: string }) => {
    events.push(name);
  };
  const context: ScriptContext = {
    child,
    notes,
    report,
    reach,
    untilSteady: async (longestMs) => {
      events.push(`steady within ${longestMs}`);
    },
    collect: async () => {
      events.push('collect');
      return true;
    },
    runner: loadRunner(loadStatus),
    output: new ProgramOutput(),
    over: over.signal,
  };
  const problem = await script(context).then(
    () => undefined,
    (error: Error) => (error.name === 'AbortError' ? 'over' : error.message),
  );
  return { events, report, notes, problem };
}

test('ready by a line, a load, a collection, settled, and a polite end, in this order', async () => {
  const scenario = { ...plain, ready: 'up', load: ['work', 'hard'], gc: true };
  const { events, report, problem, notes } = await play(drivenScript(scenario), ['booting', 'up and running']);
  expect(problem).toBeUndefined();
  expect(events).toEqual(['baseline', 'loaded', 'collect', 'collected', 'settled', 'SIGTERM']);
  expect(report).toMatchObject({ stopped: true, load: { exitCode: 0 }, metrics: { ran: { value: 1 } } });
  expect(notes).toEqual([]);
});

test('what was ready is waited for until it is steady, and what announces its baseline is not', async () => {
  const driven = { ...plain, durationMs: 1, steadyMs: 4001 };
  const { events } = await play(drivenScript({ ...driven, ready: 'up' }), ['up']);
  expect(events).toEqual(['steady within 4001', 'baseline', 'loaded', 'settled', 'SIGTERM']);
  expect(toScenario({ command: ['app'], steadyMs: 4001 })).not.toHaveProperty('steadyMs');
  expect(toScenario({ command: ['app'], ready: 'up' }).steadyMs).toBe(10_000);
  expect(toScenario({ command: ['app'], ready: 'up', steadyMs: 0 })).not.toHaveProperty('steadyMs');
});

test('what is not given is announced: the baseline, the end of the burst, a collection', async () => {
  const announced = ['@phase baseline', '@phase loaded', '@phase baseline'];
  expect((await play(drivenScript({ ...plain, durationMs: 1 }), announced)).events).toEqual([
    'baseline',
    'loaded',
    'settled',
    'SIGTERM',
  ]);
  const { events, notes } = await play(drivenScript({ ...plain, ready: 'up', settleMs: 50 }), [
    'up',
    ...announced,
    '@phase collected',
  ]);
  expect(events).toEqual(['baseline', 'loaded', 'collected', 'settled', 'SIGTERM']);
  expect(notes).toEqual(["ignored the program's own @phase baseline"]);
});

test('the end of the burst may be announced by its former name', async () => {
  const lines = ['up', '@phase scanned'];
  expect((await play(drivenScript({ ...plain, ready: 'up' }), lines)).events).toEqual(['baseline', 'loaded', 'settled', 'SIGTERM']);
  const all = ['@phase baseline', '@phase scanned', '@phase settled'];
  expect((await play(announcedScript({ graceMs: 20 }), all)).events.filter((event) => event !== 'answer')).toEqual([
    'baseline',
    'loaded',
    'settled',
    'SIGTERM',
  ]);
});

test('a word that is no phase is passed over where offheap leads, and refused where the program does', async () => {
  const driven = await play(drivenScript({ ...plain, ready: 'up', durationMs: 20 }), ['up', '@phase constructor']);
  expect(driven.notes).toEqual(["ignored the program's own @phase constructor"]);
  const announced = await play(announcedScript({}), ['@phase constructor']);
  expect(announced.problem).toBe(
    'Expected one of the phases baseline, loaded, collected, settled, trimmed; the program announced constructor.',
  );
});

test('a load that fails is the reason, and nothing is measured after it', async () => {
  const { events, problem } = await play(drivenScript({ ...plain, ready: 'up', load: ['work', 'hard'] }), ['up'], {
    loadStatus: 3,
  });
  expect(events).toEqual(['baseline']);
  expect(problem).toBe('The load ended with status 3: work hard | @metric ran=1');
});

test('a load that fails because its program dies leaves the reason to that', async () => {
  const outcome = await play(drivenScript({ ...plain, ready: 'up', load: ['work'] }), ['up', 'dying'], {
    loadStatus: 3,
    dies: true,
  });
  expect(outcome.problem).toBe('over');
  expect(outcome.report.load).toMatchObject({ exitCode: 3 });
});

test('who ignores SIGTERM is killed after the grace time, with a note', async () => {
  const { events, notes } = await play(drivenScript({ ...plain, ready: 'up', durationMs: 1 }), ['up'], { stubborn: true });
  expect(events.slice(-2)).toEqual(['SIGTERM', 'SIGKILL']);
  expect(notes).toEqual(['did not end within 0.0 s of SIGTERM, and was killed']);
});

test('with no option at all every phase is announced and answered, and a program that has settled is ended', async () => {
  const lines = ['@phase baseline', '@phase loaded', '@phase settled'];
  const { events } = await play(
    scriptOf(plain, async () => {}),
    lines,
  );
  expect(events).toEqual(['baseline', 'answer', 'loaded', 'answer', 'settled', 'answer', 'SIGTERM']);
});
