// Six worker threads, which compress, parse and grow memory, and a child process: prints what each found.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';

const threads = 6;
const rounds = 12;

function work(seed) {
  const hash = createHash('sha256');
  for (let round = 0; round < rounds; round++) {
    const objects = Array.from({ length: 2000 }, (_, i) => ({ i, text: 'x'.repeat((i * seed) % 97), list: [i, round] }));
    const text = Buffer.from(JSON.stringify(objects));
    hash.update(gunzipSync(gzipSync(text)));
    if (round % 4 === 0) hash.update(brotliDecompressSync(brotliCompressSync(text.subarray(0, 20_000))));
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 64 });
    memory.grow(round + 1);
    hash.update(String(memory.buffer.byteLength));
    hash.update(Buffer.allocUnsafeSlow(65_537).fill(round));
  }
  return hash.digest('hex');
}

if (isMainThread) {
  const workers = Array.from({ length: threads }, (_, seed) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: seed + 1 });
    return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  });
  console.log((await Promise.all(workers)).join('\n'));
  console.log(execFileSync(process.execPath, ['-p', '[..."offheap"].sort().join("")'], { encoding: 'utf8' }).trim());
} else parentPort.postMessage(work(workerData));
