import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inspectHeap } from '../../src/native/inspector.ts';
import { collectEvidence } from '../../src/observe/evidence.ts';
import { regionOf } from '../../src/stats/process-figures.ts';
import { has, skipUnless } from '../skip.ts';

const arenaBytes = 64 * 1024 ** 2;
let child: ChildProcess | undefined;

const possible = skipUnless(has('promtool'), 'prometheus, whose promtool is a Go program, is not installed');

/** It waits for the metrics that it is to check, until its stdin ends. */
beforeAll(async () => {
  if (!possible) return;
  child = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'ignore', 'inherit'] });
  await once(child, 'spawn');
});
afterAll(async () => {
  if (!child) return;
  child.stdin?.end();
  await once(child, 'exit');
});

test("the heap of a Go program is Go's, and not the stack of its threads", async () => {
  await expect.poll(() => readFile(`/proc/${child?.pid}/maps`, 'utf8'), { timeout: 60_000 }).toMatch(/^c000000000-/m);
  const evidence = await collectEvidence(child?.pid ?? 0, { inspect: inspectHeap });
  const go = regionOf(evidence, 'go runtime');
  expect((go?.sizeBytes ?? 1) % arenaBytes).toBe(0);
  expect(go?.rssBytes).toBeGreaterThan(1024 ** 2);
  expect(go?.largest.map(({ name }) => name)).toEqual(['heap']);
  expect(regionOf(evidence, 'thread stacks')?.sizeBytes ?? 0).toBeLessThan(arenaBytes);
});
