// The meter's calls against those of a witness, count_calls.c, in every process of a run.
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCounters } from '../../dist/index.js';
import { entryPoints } from '../../dist/model/counters.js';
import { fail, run } from '../lib/run.mjs';

// As in count_calls.c.
const slotCount = 1 << 16;
const cellsOfSlot = 3 + entryPoints.length;
/** The meter hands these to whichever realloc and free come first, as libc does: here they are the witness's, which counts the call there. */
const handedBack = new Set(['reallocarray', 'free_sized', 'free_aligned_sized']);
const bytesOfBook = (slotCount * cellsOfSlot + 1) * 8;

/** Compiles the witness into `folder`, which all users of the run may read. Returns its path. */
export function buildWitness(root, folder) {
  const library = join(folder, 'libcount_calls.so');
  const include = ['base', 'shared'].map((name) => `-I${join(root, 'native', name)}`);
  const flags = ['-std=gnu11', '-O2', '-fPIC', '-shared', '-fno-builtin', ...include];
  if (!run('gcc', [...flags, join(root, 'scripts', 'programs', 'count_calls.c'), '-o', library]))
    fail('expected gcc to compile scripts/programs/count_calls.c; what it said is above.');
  return library;
}

/** Makes `folder` ready for a run, whose processes may be of any user. Returns what they are to have in their environment. */
export function prepareCount(folder, witness, meter) {
  const [pages, library, book] = ['pages', 'libcount_calls.so', 'calls'].map((name) => join(folder, name));
  mkdirSync(pages);
  cpSync(witness, library);
  writeFileSync(book, '');
  truncateSync(book, bytesOfBook);
  chmodSync(folder, 0o755);
  chmodSync(pages, 0o1777);
  chmodSync(book, 0o666);
  return { LD_PRELOAD: `${library}:${meter}`, OFFHEAP_COUNTERS_DIR: pages };
}

/**
 * When all processes of the run have ended. A process that ends while a thread is between the witness and the meter leaves a call that only the witness knows; a child that
 * is forked while other threads call starts with what each of the two had at an instant of its own.
 *
 * @returns {{ processes: number, agree: number, caught: number, calls: number, apart: object[] }} by the witness; `caught`: calls that only one of the two knows for that;
 * `apart`: entry points of processes that the two counted differently, or that only one of them knows
 */
export function compareCalls(folder) {
  // A program with a malloc of its own, such as Chromium, calls neither: then there is a page and no slot.
  const witness = readBook(join(folder, 'calls')).filter(isCalled);
  const meter = byPid(readPages(join(folder, 'pages')).filter(isCalled));
  const result = {
    processes: witness.length,
    agree: 0,
    caught: 0,
    calls: witness.reduce((sum, { made }) => sum + made, 0),
    apart: [],
  };
  const slots = byPid(witness);
  for (const pid of new Set([...slots.keys(), ...meter.keys()])) {
    const [ours, theirs] = [slots.get(pid) ?? [], meter.get(pid) ?? []];
    for (let index = 0; index < Math.max(ours.length, theirs.length); index++) {
      const [own, page] = [ours[index], theirs[index]];
      const caught = own && page && caughtCalls(own, page);
      if (caught === undefined) result.apart.push({ pid, witness: own?.calls, meter: page?.calls });
      else {
        result.agree++;
        result.caught += caught;
      }
    }
  }
  return result;
}

/** How many calls only one of the two knows; undefined where they cannot be such as an end or a fork came between. */
function caughtCalls(own, page) {
  const differences = entryPoints.map((_, kind) => own.calls[kind] - page.calls[kind]);
  const byWitness = total(differences.filter((count) => count > 0));
  const byMeter = -total(differences.filter((count) => count < 0));
  return byWitness <= page.threads && byMeter <= own.unsure ? byWitness + byMeter : undefined;
}

function readBook(file) {
  const bytes = readFileSync(file);
  const cells = new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  const taken = Math.min(Number(cells[slotCount * cellsOfSlot]), slotCount);
  return Array.from({ length: taken }, (_, number) => {
    const [pid, inherited, unsure, ...counted] = Array.from(
      cells.subarray(number * cellsOfSlot, (number + 1) * cellsOfSlot),
      Number,
    );
    const calls = counted.map((count, kind) => (handedBack.has(entryPoints[kind]) ? 0 : count));
    return { pid, calls, unsure, made: Math.max(0, total(calls) - inherited) };
  });
}

function readPages(folder) {
  return readdirSync(folder).map((name) => {
    const reader = openCounters({ path: join(folder, name) });
    const { calls } = reader.read();
    const page = { pid: reader.info.pid, calls: entryPoints.map((entry) => calls[entry]), threads: reader.readThreads().length };
    reader.close();
    return page;
  });
}

const isCalled = ({ calls }) => total(calls) > 0;
const total = (calls) => calls.reduce((sum, count) => sum + count, 0);

/** A process that executes other programs has several, which are paired by how much they called. */
function byPid(counts) {
  const groups = new Map();
  for (const count of counts) groups.set(count.pid, [...(groups.get(count.pid) ?? []), count]);
  for (const group of groups.values()) group.sort((one, other) => total(one.calls) - total(other.calls));
  return groups;
}
