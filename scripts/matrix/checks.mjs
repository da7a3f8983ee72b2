// What each command has to say of program/Known.java. A check returns the figures that it has looked at and a sentence for each that is not as it should be.
import { offheap } from './ask.mjs';
import { known } from './known.mjs';

const mostUnexplainedShare = 0.01;
const mostUnexplainedBytes = 2 << 20;
const mostTrimErrorShare = 0.005;
const mostUnownedShare = 0.01;
const [mostWaitMs, lookEveryMs, quietBytes] = [30_000, 1500, 64 << 10];
/** Longer than the five seconds below; and what a JVM needs that has just begun and still compiles: heaps that change while they are read are not read to the last byte. */
const [quietMs, settledMs] = [6000, 1500];

/** What is asked of the process: commands and their options. In this order, since the last ones change it. */
export const questions = {
  doctor: ['doctor'],
  owners: ['owners', '--holders=2'],
  histo: ['histo', '--top=1000'],
  collected: ['doctor', '--gc'],
  trimmed: ['doctor', '--trim'],
  after: ['owners'],
};
export const asJson = ['--format=json', '--quiet'];

export function checkProcess(pid, expected) {
  return askAndCheck((command, ...more) => offheap([command, String(pid), ...more, ...asJson]), expected);
}

/** @param ask asks whoever answers for the process: a command and its options, without the pid */
export function askAndCheck(ask, expected) {
  const readLiveBytes = () => ask('histo', '--top=1').json?.totals.liveBytes;
  const answers = {};
  let isQuiet = awaitQuiet(readLiveBytes, settledMs);
  for (const [name, line] of Object.entries(questions)) {
    if (name === 'trimmed') isQuiet = awaitQuiet(readLiveBytes, quietMs);
    answers[name] = ask(...line);
  }
  return checkAnswers(answers, expected, isQuiet);
}

/**
 * @param {Record<keyof typeof questions, { status: number | null, json: any, errors: string }>} answers
 * @param {boolean} isQuiet whether the JVM freed nothing of its own when it was told to trim
 */
export function checkAnswers(answers, expected, isQuiet) {
  const after = judge(answers.after, (json) => checkOwnersAfter(json, expected));
  const owners = judge(answers.owners, (json) => checkOwners(json, expected));
  return {
    doctor: judge(answers.doctor, (json) => checkDoctor(json, expected)),
    owners: { ...owners, faults: [...owners.faults, ...after.faults.map((fault) => `after --gc: ${fault}`)] },
    histo: judge(answers.histo, (json) => checkHisto(json, expected)),
    '--gc': judge(answers.collected, (json) => checkGc(json, expected)),
    '--trim': judge(answers.trimmed, (json) => checkTrim(json, isQuiet)),
  };
}

/**
 * Until the JVM frees nothing of its own any more, or half a minute has gone. Every five seconds it frees what its compilers have worked in and it has kept for the next time
 * (ChunkPoolCleaner, memory/arena.cpp): 1.8 MiB in a look at JDK 11, all of it chunks of its arenas. Between a prediction and its trim, that much more comes back.
 */
function awaitQuiet(readLiveBytes, enoughMs) {
  const until = Date.now() + mostWaitMs;
  let last = readLiveBytes();
  let since = Date.now();
  while (Date.now() < until) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lookEveryMs);
    const now = readLiveBytes();
    if (!(Math.abs(now - last) <= quietBytes)) [last, since] = [now, Date.now()];
    else if (Date.now() - since >= enoughMs) return true;
  }
  return false;
}

/** 3: problems found, as there are. */
function judge({ status, json, errors }, check) {
  const said = errors.trim().split('\n').at(-1);
  if (json === undefined || (status !== 0 && status !== 3)) return { faults: [`status ${status}: ${said}`] };
  try {
    return check(json);
  } catch (error) {
    return { faults: [`the result lacks what it should have: ${error.message}`] };
  }
}

/** Keeps sentences about what is not so. */
function listFaults() {
  const faults = [];
  return {
    faults,
    expect: (isSo, sentence) => {
      if (!isSo) faults.push(sentence);
    },
    /** `more`: how many that are the JDK's own may come on top. */
    count: (what, found, wanted, more = 0) => {
      if (!(found >= wanted && found <= wanted + more)) faults.push(`${what}: expected ${wanted}, found ${found}`);
    },
    equal: (what, found, wanted) => {
      if (found !== wanted) faults.push(`${what}: expected ${wanted}, found ${found}`);
    },
  };
}

const sumOf = (all, pick) => all.reduce((sum, each) => sum + pick(each), 0);
const percent = (share) => `${(100 * share).toFixed(2)} %`;

function checkDoctor({ evidence, findings, blindSpots }, { feature, glibc, collector, hasNmt, isSlow = false }) {
  const { faults, expect, equal, count } = listFaults();
  const { rssBytes, regions, jvm, malloc, allocator, unknown } = evidence;
  // The kernel's one huge page of zeros is nobody's, and counts as RSS of who reads from memory that was never written.
  const unexplainedBytes = sumOf(
    regions.filter(({ kind }) => kind === 'unexplained'),
    ({ rssBytes: bytes, zeroHugeBytes = 0 }) => bytes - zeroHugeBytes,
  );
  equal(
    'the parts’ sum',
    sumOf(regions, (region) => region.rssBytes),
    rssBytes,
  );
  expect(
    unexplainedBytes <= mostUnexplainedShare * rssBytes && unexplainedBytes <= mostUnexplainedBytes,
    `unexplained: ${percent(unexplainedBytes / rssBytes)} of RSS, ${unexplainedBytes} bytes`,
  );
  equal('JDK', featureOf(jvm.version), feature);
  equal('glibc', malloc.glibcVersion, glibc);
  equal('allocator', allocator.name, 'glibc');
  if (collector !== undefined) equal('collector', jvm.collector, collector);
  const more = ownInflaters(feature) + known.mostStaleInflaters;
  count('Inflaters', malloc.census.inflaters, known.inflaters.all, more);
  count('Inflaters with a window', malloc.census.inflaterWindows, known.inflaters.all, more);
  expect(malloc.consistency >= 0.99, `heaps read: ${percent(malloc.consistency)}`);
  expect(
    findings.some(({ code, severity }) => code === 'waiting-for-gc' && severity === 'problem'),
    `expected the problem waiting-for-gc, found ${findings.map(({ code }) => code).join(', ') || 'nothing'}`,
  );
  const blind = unknown
    .filter(({ instrument }) => instrument !== 'nmt' || hasNmt)
    .filter(({ instrument }) => instrument !== 'owners' || !isSlow)
    .map(({ instrument, code }) => `${instrument} (${code})`);
  equal('what could not be looked at', blind.join(', '), '');
  expect(
    jvm.threads === undefined || jvm.threads.groups.some(({ name, count }) => name === 'parked-N' && count === 31),
    'expected 31 threads parked-N',
  );
  return {
    faults,
    figures: {
      version: jvm.version,
      collector: jvm.collector,
      rssBytes,
      unexplainedBytes,
      consistency: malloc.consistency,
      findings: findings.map(({ code }) => code),
      blindSpots: blindSpots.map(({ instrument, code }) => `${instrument}: ${code}`),
      regions: Object.fromEntries(regions.map((region) => [region.kind, region.rssBytes])),
    },
  };
}

const featureOf = (version) => Number(/^(?:1\.)?(\d+)/.exec(version)?.[1]);

const ownInflaters = (feature) => known.mostOwnInflaters[feature] ?? 0;
const byName = (owners, names) => owners.find(({ name }) => names.includes(name)) ?? {};
const isHeldBy = ({ held }, field) => held?.holders.some((holder) => holder.kind === 'static' && holder.field === field) ?? false;

function checkOwners({ owners, unowned, liveBytes, heap, durationMs, gaps }, expected) {
  const { feature } = expected;
  const { faults, expect, equal, count } = listFaults();
  const inflaters = byName(owners, known.inflaterClasses);
  const buffers = byName(owners, [known.bufferClass]);
  const { all, held, dropped } = known.inflaters;
  const own = ownInflaters(feature);
  count('Inflaters', inflaters.objects, all, own);
  const stray = Math.round(3 * all * known.mostStrayShare);
  count('Inflaters’ own blocks', inflaters.directBlocks, all, own);
  count('blocks of Inflaters', inflaters.blocks, 3 * all - stray, 3 * own + 2 * stray);
  count('Inflaters held', inflaters.held?.heldObjects, held, own + known.mostLateDropped);
  count(
    'Inflaters that wait for a collection',
    inflaters.held?.waitingObjects,
    dropped - known.mostLateDropped,
    known.mostLateDropped,
  );
  expect(isHeldBy(inflaters, known.holders.inflaters), `Inflaters are not said to be held by Known.${known.holders.inflaters}`);
  count('direct buffers', buffers.objects, known.buffers, known.mostOwnBuffers);
  const bytes = known.bufferChunkBytes(expected);
  // Those of the JDK's own are smaller.
  expect(
    buffers.directBytes >= known.buffers * bytes && buffers.objects * bytes >= buffers.directBytes,
    `bytes of ${buffers.objects} direct buffers: ${buffers.directBytes}`,
  );
  expect(isHeldBy(buffers, known.holders.buffers), `direct buffers are not said to be held by Known.${known.holders.buffers}`);
  const unownedBytes = unowned.firstBytes;
  expect(unownedBytes <= mostUnownedShare * liveBytes, `of nobody: ${percent(unownedBytes / liveBytes)} of the live bytes`);
  equal('JDK', heap.jdk, feature);
  return {
    faults,
    figures: {
      collector: heap.collector,
      liveBytes,
      unownedBytes,
      durationMs: Math.round(durationMs),
      gaps,
      largest: owners.slice(0, 4).map(({ name, objects, blocks, bytes }) => ({ name, objects, blocks, bytes })),
      inflaters: { held: inflaters.held?.heldObjects, waiting: inflaters.held?.waitingObjects },
    },
  };
}

/** What waited is gone, and not counted again where it lay. */
function checkOwnersAfter({ owners }, { feature }) {
  const { faults, count } = listFaults();
  count(
    'Inflaters',
    byName(owners, known.inflaterClasses).objects,
    known.inflaters.held,
    ownInflaters(feature) + known.mostLateDropped,
  );
  count('direct buffers', byName(owners, [known.bufferClass]).objects, known.buffers, known.mostOwnBuffers);
  return { faults };
}

function checkHisto({ sizes, totals, census, mmapped, glibcVersion }, expected) {
  const { glibc, feature } = expected;
  const { faults, expect, equal, count } = listFaults();
  const bufferChunks = sizes.filter(({ chunkBytes }) => chunkBytes === known.bufferChunkBytes(expected));
  equal('glibc', glibcVersion, glibc);
  expect(
    bufferChunks.some(({ liveChunks }) => liveChunks >= known.buffers && liveChunks <= known.buffers + known.mostOwnChunks),
    `chunks of direct buffers: expected ${known.buffers}, found ${bufferChunks.map(({ liveChunks }) => liveChunks).join(', ') || 'none'}`,
  );
  count('Inflaters', census.inflaters, known.inflaters.all, ownInflaters(feature) + known.mostStaleInflaters);
  equal('bytes that could not be read', totals.unreadableBytes, 0);
  expect(totals.liveBytes + totals.freeBytes <= totals.sizeBytes, 'live and free bytes are more than the heaps have');
  return { faults, figures: { totals, census, mmapped: { chunks: mmapped.chunks, sizeBytes: mmapped.sizeBytes } } };
}

const appliedOf = ({ applied = [] }, kind) => applied.find((each) => each.kind === kind) ?? { kind, missing: true };

function checkGc(json, { feature }) {
  const { faults, expect, count } = listFaults();
  const own = ownInflaters(feature) + known.mostStaleInflaters;
  const gc = appliedOf(json, 'gc');
  count('Inflaters before', gc.zlib?.statesBefore, known.inflaters.all, own);
  count('Inflaters that survived', gc.zlib?.statesAfter, known.inflaters.held, own + known.mostLateDropped);
  // Less what the JVM itself has taken meanwhile.
  expect(gc.freedBlocksBytes >= 0.95 * known.inflaters.dropped * 39_928, `blocks freed: ${gc.freedBlocksBytes} bytes`);
  return { faults, figures: { zlib: gc.zlib, freedBlocksBytes: gc.freedBlocksBytes, reasons: gc.reasons } };
}

function checkTrim(json, isQuiet) {
  const { faults, expect, equal } = listFaults();
  expect(isQuiet, `the JVM freed memory for ${mostWaitMs / 1000} s and more`);
  const trim = appliedOf(json, 'trim');
  expect(trim.actualBytes >= known.retainedBytes, `given back: ${trim.actualBytes} bytes`);
  expect(Math.abs(trim.errorShare) <= mostTrimErrorShare, `error of the prediction: ${percent(trim.errorShare)} of RSS`);
  equal('failures', json.failures?.length ?? 0, 0);
  return {
    faults,
    figures: {
      by: trim.by,
      predictedBytes: trim.predictedBytes,
      actualBytes: trim.actualBytes,
      errorShare: trim.errorShare,
      changes: trim.changes,
    },
  };
}
