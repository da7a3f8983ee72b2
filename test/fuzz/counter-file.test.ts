import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { OffheapError } from '../../src/model/errors.ts';
import { openCounters } from '../../src/native/counters.ts';
import { compile, library } from '../native/preloaded.ts';
import { fuzz } from './fuzz.ts';

let folder: string;
let page: Buffer;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'offheap-pages-'));
  const child = spawnSync(compile('threads'), { env: { ...process.env, LD_PRELOAD: library, OFFHEAP_COUNTERS_DIR: folder } });
  page = readFileSync(join(folder, `${child.pid}-0.counters`));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In the header, the process's cells and the first slots: behind them the page is zeros. */
const edit = fc.record({ at: fc.nat(8191), bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) });
/** Of 16 bytes, which a thread's own name never fills, each as a number in text. */
const longestName = 16 * '\\u{10ffff}'.length;
const cut = fc.option(fc.oneof(fc.constantFrom(0, 1, 127, 128, 4096, 8192), fc.nat(5 << 20)));
const file = fc.record({ edits: fc.array(edit, { maxLength: 6 }), cut, cutWhileOpen: cut });

// Through the addon: a page with anything in it, cut before it is opened and while it is, is read or refused with a sentence.
fuzz({ name: 'counter_file', runs: 150 }, file, (input) => {
  const path = join(folder, 'page.counters');
  const content = Buffer.from(page);
  for (const { at, bytes } of input.edits) content.set(bytes, at);
  writeFileSync(path, input.cut === null ? content : content.subarray(0, input.cut));
  try {
    const reader = openCounters({ path });
    try {
      reader.read();
      if (input.cutWhileOpen !== null) truncateSync(path, input.cutWhileOpen);
      const { calls, sizeHistogram } = reader.read();
      for (const count of [...Object.values(calls), ...Object.values(sizeHistogram).flat()]) expect(count).not.toBeNaN();
      for (const { name } of reader.readThreads()) expect(name.length).toBeLessThanOrEqual(longestName);
    } finally {
      reader.close();
    }
  } catch (error) {
    if (!(error instanceof OffheapError)) throw error;
    expect(error.message).toMatch(/^Expected .*\.$/s);
  }
});
