import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { AttachError } from '../../src/jvm/attach-error.ts';
import { exchange } from '../../src/jvm/attach-exchange.ts';
import { replyBoundsOf } from '../../src/jvm/reply-bounds.ts';
import { ownAccount } from '../../src/native/connect-as.ts';
import { fuzz } from './fuzz.ts';

interface Answer {
  command: string;
  pieces: Uint8Array[];
  /** How often the last piece comes: beyond all bounds. */
  repeated: number;
  /** Without an end of its own: the time for the exchange ends it. */
  end: 'close' | 'reset' | 'never';
}

let folder: string;
let server: Server;
let socketPath: string;
let answer: Answer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offheap-socket-'));
  socketPath = join(folder, 'socket');
  server = createServer((socket) => {
    socket.on('error', () => {});
    // What is not read has no end.
    socket.resume();
    for (const piece of answer.pieces) socket.write(piece);
    const last = answer.pieces.at(-1) ?? Buffer.alloc(0);
    if (answer.repeated > 0 && last.length > 0) socket.write(Buffer.alloc(answer.repeated * last.length, last));
    if (answer.end === 'close') socket.end();
    if (answer.end === 'reset') socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const piece = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.constantFrom('0\n', '1\n', '\n', '-1\nno such command').map((text) => Buffer.from(text)),
);
const anyAnswer: fc.Arbitrary<Answer> = fc.record({
  command: fc.constantFrom('VM.version', 'VM.info', 'GC.heap_info', 'Thread.print'),
  pieces: fc.array(piece, { maxLength: 6 }),
  repeated: fc.constantFrom(0, 0, 0, 100, 100_000),
  end: fc.constantFrom('close', 'close', 'close', 'close', 'reset', 'never'),
});

// Whatever listens in the place of a JVM: text within the bounds, or an error that says why, and the exchange is over in its time.
fuzz({ name: 'jvm_answer', runs: 300 }, anyAnswer, async (input) => {
  answer = input;
  const { bytes, lines } = replyBoundsOf(input.command);
  try {
    const timeoutMs = input.end === 'never' ? 20 : 5000;
    const text = await exchange(socketPath, { pid: 1, account: ownAccount(), command: input.command, timeoutMs });
    expect(input.end).not.toBe('never');
    // A byte that is no UTF-8 is one character.
    expect(text.length).toBeLessThanOrEqual(bytes);
    expect(text.split('\n').length - 1).toBeLessThanOrEqual(lines);
  } catch (error) {
    if (!(error instanceof AttachError)) throw error;
    const expected = { close: ['too-long'], reset: ['too-long', 'failed'], never: ['too-long', 'no-answer'] };
    expect(expected[input.end]).toContain(error.problem);
  }
});
