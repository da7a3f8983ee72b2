import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect } from 'vitest';
import { toPrintableJson } from '../../src/model/printable.ts';
import { readKeptLooks } from '../../src/observe/kept-looks.ts';
import { looksFileName } from '../../src/observe/kept-looks-folder.ts';
import { bootId, look, looksOf } from '../fixtures/kept-looks.ts';
import { damagedJson, damagedText } from './damaged.ts';
import { fuzz } from './fuzz.ts';

const folder = mkdtempSync(join(tmpdir(), 'offheap-fuzz-looks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const container = { usageBytes: 1009, parts: { 'this process': 601, kernel: 408 }, unreclaimableBytes: 1009, limitHits: 3 };
const documents = [
  looksOf({ java: { flags: ['-XX:MaxHeapSize=1024'], maxHeapBytes: 1024 } }),
  looksOf({ looks: [look(0), look(1, { container, malloc: { liveBytes: 7, freeBytes: 11, readShare: 1 } })] }),
];
const text = fc.oneof(
  damagedJson(documents).map((json) => JSON.stringify(json) ?? ''),
  damagedText(documents.map((document) => JSON.stringify(document))),
);
const name = looksFileName({ bootId, pid: 4711, startTimeTicks: 8009 });

// Any file: what was kept of that process, or one sentence that says what is wrong. Nothing of it drives a terminal.
fuzz({ name: 'kept_looks', runs: 400 }, text, async (content) => {
  writeFileSync(join(folder, name), content);
  const { processes, unread } = await readKeptLooks(folder);
  expect(processes.length + unread.length).toBe(1);
  for (const { pid, startTimeTicks, looks } of processes) {
    expect({ pid, startTimeTicks }).toEqual({ pid: 4711, startTimeTicks: 8009 });
    expect(looks.length).toBeGreaterThan(0);
  }
  for (const sentence of unread) expect(sentence).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  const shown = JSON.stringify(processes);
  expect(toPrintableJson(processes)).toBe(shown);
});
