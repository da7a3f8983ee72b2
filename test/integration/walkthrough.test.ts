import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../cli/offheap.ts';
import { endJvm } from '../end-jvm.ts';
import { fixedSteps, leakingSteps, type Step } from '../fixtures/walkthrough.ts';
import { freePort } from './compare-programs.ts';
import { firstLines, pagePath, quotedCode, shownOutput, withOutput } from './walkthrough-page.ts';

const sources = join(root, 'docs', 'walkthrough-owners');
/** OFFHEAP_WRITE_PAGES=1 puts what the commands print here on the page. */
const writes = process.env['OFFHEAP_WRITE_PAGES'] === '1';
/** Until Spring, Tomcat and the JIT compiler are at rest: what they take is no leak. */
const warmUpMs = 30_000;
const written: (readonly [Step, string])[] = [];
const folder = mkdtempSync(join(tmpdir(), 'offheap-walkthrough-'));
const service = join(folder, 'service');

beforeAll(() => {
  cpSync(sources, service, { recursive: true });
  const command = join(folder, 'offheap');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin/offheap.js')}' "$@"\n`);
  chmodSync(command, 0o755);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
  // All of it or nothing.
  if (!writes || written.length !== leakingSteps.length + fixedSteps.length) return;
  const page = written.reduce((text, [step, output]) => withOutput(text, step.command, output), readFileSync(pagePath, 'utf8'));
  writeFileSync(pagePath, page);
});

// Some minutes of a service under load, and what it says is of growth in that time: on a machine with other work nothing can be held to it.
if (writes) {
  describe('with the leak', () => {
    runsUnderLoad(leakingSteps);
  });

  describe('with the fix', () => {
    beforeAll(() => execa('patch', ['-p1', '-i', 'fix.diff'], { cwd: service }));
    runsUnderLoad(fixedSteps);
  });
}

test('the page quotes the sources', () => {
  const java = readFileSync(join(sources, 'src/main/java/catalog/Products.java'), 'utf8');
  expect(quotedCode('java').length).toBeGreaterThan(0);
  for (const code of quotedCode('java')) expect(java).toContain(code);
  const patch = readFileSync(join(sources, 'fix.diff'), 'utf8');

  expect(quotedCode('diff').length).toBeGreaterThan(0);
  for (const code of quotedCode('diff')) expect(patch).toContain(code);
});

test('the README quotes the page', () => {
  const command = 'offheap owners catalog.jar';
  const [, quoted = ''] = readFileSync(join(root, 'README.md'), 'utf8').split(`\n$ ${command}\n`);
  const shown = shownOutput(readFileSync(pagePath, 'utf8'), command);
  const parts = quoted.slice(0, quoted.indexOf('\n```')).split(/^…$/m);
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts) expect(shown).toContain(part.trim());
});

function runsUnderLoad(steps: readonly Step[]): void {
  const running: ChildProcess[] = [];

  beforeAll(async () => {
    await execa('mvn', ['-B', '-q', 'package'], { cwd: service });
    const port = await freePort();
    running.push(
      spawn('java', ['-Xmx256m', `-Djava.io.tmpdir=${folder}`, '-jar', 'target/catalog.jar', `--server.port=${port}`], {
        cwd: service,
        stdio: 'ignore',
      }),
    );
    await execa('bash', ['-c', `until node load.mjs ${port} 1; do sleep 0.5; done 2>/dev/null`], { cwd: service });
    running.push(spawn(process.execPath, ['load.mjs', String(port), '3600'], { cwd: service, stdio: 'ignore' }));
    await delay(warmUpMs);
  });

  afterAll(async () => {
    for (const child of running.reverse()) await endJvm(child);
  });

  test.each(steps)('$command', async (step) => {
    const { status, output } = await perform(step.command);
    const shown = firstLines(output, step.lines);
    for (const expected of step.shows) expect(output).toMatch(expected);
    expect(status).toBe(step.status);
    if (writes) written.push([step, shown]);
  });

  test.each(steps)('the page shows it: $command', ({ command, shows }) => {
    if (writes) return;
    const shown = shownOutput(readFileSync(pagePath, 'utf8'), command);
    for (const expected of shows) expect(shown).toMatch(expected);
  });
}

async function perform(command: string): Promise<{ status: number | null; output: string }> {
  const env = {
    ...process.env,
    ...{ PATH: `${folder}:${process.env['PATH']}`, OFFHEAP_CACHE_DIR: join(folder, 'cache') },
    ...{ COLUMNS: '80', NO_COLOR: '1', FORCE_COLOR: '0' },
  };
  const child = spawn('bash', ['-c', command], { cwd: service, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  // Where a user has it.
  return { status, output: (errors + output).replaceAll(join(folder, 'cache'), '~/.cache/offheap') };
}
