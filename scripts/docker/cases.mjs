// What is tried on each base: the line of the documents as it is typed at a terminal, then the same line asked for JSON, of whose figures each is compared with what the program holds.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { waitFor } from '../kubernetes/wait.mjs';
import { parseAnswer } from '../matrix/ask.mjs';
import { askAndCheck } from '../matrix/checks.mjs';
import { explanationOf } from '../matrix/explained.mjs';
import { importImage } from './bases.mjs';
import { commandOf, withOption } from './lines.mjs';

/** The name that the lines of the documents have. */
const container = 'web';
const readyMs = 120_000;
const askMs = 180_000;
const mostBytes = 64 << 20;
const mib = 2 ** 20;
/** A problem was found. */
const found = 3;
/** Of musl's heap nothing is known from outside. */
const blind = 1;
const known = { blocks: 1_009, bytes: 1_009 * 65_537 };

/**
 * One base: its program is started, and ended however it goes.
 *
 * @returns {Promise<object>} what the table and the results have of it; `faults` are sentences
 */
export async function tryBase(base, { engine, lines, scratch, libraries, classes, note }) {
  const { root, command } = await base.make({ scratch, libraries });
  const image = `localhost/offheap-target:${base.name}`;
  importImage(engine, image, root);
  const place = ['--detach', `--name=${container}`, '--network=none', `--memory=${base.limitMib}m`];
  engine.run('run', ...place, `--volume=${classes}:/app:ro`, ...base.options, image, ...command);
  const type = (line) => typeIt(line, { engine, note });
  try {
    await waitFor('the program', () => isReady(engine), readyMs);
    const checks = { line: attempt(() => checkLine(base, lines, type)) };
    const ask = (command, ...more) => askIt(commandOf(lines.beside, command, ['--format=json', '--quiet', ...more]), engine);
    checks.host = attempt(() => checkHost(base, { ask, line: lines.host, engine }));
    checks.rights = attempt(() => checkRights(base, lines, type));
    Object.assign(
      checks,
      base.jdk === undefined
        ? { counters: attempt(() => checkCounters(base, ask)) }
        : askAndCheck(ask, { feature: base.jdk, glibc: base.glibc, hasNmt: false }),
    );
    return {
      name: base.name,
      title: base.title,
      with: base.with,
      at: new Date().toISOString(),
      jdk: base.jdk,
      checks: explainAll(checks, base.jdk),
    };
  } finally {
    engine.try(['rm', '--force', container]);
  }
}

function isReady(engine) {
  const state = engine.run('inspect', '--format={{.State.Running}}', container);
  const { stdout, stderr } = engine.try(['logs', container]);
  if (state !== 'true') throw new Error(`it has ended: ${`${stdout}${stderr}`.trim().split('\n').at(-1)}`);
  return /^ready/m.test(stdout);
}

/** At a terminal of a usual width, as `-it` wants one. */
function typeIt(line, { engine, note }) {
  const { stdout, status } = spawnSync(
    'script',
    ['--quiet', '--return', '--command', `stty cols 100 rows 50; ${line}`, '/dev/null'],
    {
      encoding: 'utf8',
      input: '',
      timeout: askMs,
      maxBuffer: mostBytes,
      env: engine.environment,
    },
  );
  // An engine without forwarding says so, and the terminal echoes the end of its input.
  const output = stripVTControlCharacters(stdout.replaceAll('\r', '')).replace(/^(?:WARNING: IPv4 .*\n)?(?:\^[@D][\b]*)*/, '');
  note(line, output);
  return { status, output };
}

function askIt(line, engine) {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line], {
    encoding: 'utf8',
    timeout: askMs,
    maxBuffer: mostBytes,
    env: engine.environment,
  });
  return { status, json: parseAnswer(stdout), output: stdout, errors: stderr };
}

function attempt(check) {
  try {
    return { faults: [], figures: check() };
  } catch (error) {
    return { faults: [error.message] };
  }
}

/** What a person sees first: which program it is, and its container's limit. */
function checkLine(base, { beside, ofOneFile }, type) {
  for (const line of [beside, ofOneFile]) {
    const { status, output } = type(line);
    const head = output.split('\n')[0];
    assert.equal(status, base.jdk === undefined ? blind : found, `${line}: ${output.trim().slice(-400)}`);
    assert.match(
      head,
      base.jdk === undefined ? /^held \(pid 1\): musl/ : new RegExp(`^Known \\(pid 1\\): JDK ${versionOf(base.jdk)}`),
    );
    assert.match(output, new RegExp(`container \\d+ of ${base.limitMib.toLocaleString('en')} MiB`), 'the limit in the first lines');
  }
}

const versionOf = (jdk) => (jdk === 8 ? '1\\.8|8' : String(jdk));

/** From the host by the container's name, and from beside it: the same process, the same account. */
function checkHost({ limitMib }, { ask, line, engine }) {
  const outside = askIt(`${line} --format=json --quiet`, engine);
  const beside = ask('doctor');
  const [one, other] = [outside, beside].map(({ json, errors }) => {
    if (json === undefined) throw new Error(`no result: ${errors.trim().split('\n').at(-1)}`);
    const { evidence } = json;
    const sum = evidence.regions.reduce((total, { rssBytes }) => total + rssBytes, 0);
    assert.equal(sum, evidence.rssBytes, 'the parts sum to RSS');
    assert.equal(evidence.cgroup.limitBytes, limitMib * mib, 'the limit');
    return evidence;
  });
  assert.equal(other.pid, 1);
  const byKind = ({ regions }) => Object.fromEntries(regions.map(({ kind, rssBytes }) => [kind, rssBytes]));
  const [a, b] = [byKind(one), byKind(other)];
  assert.deepEqual(Object.keys(a), Object.keys(b), 'the kinds of memory');
  for (const [kind, bytes] of Object.entries(a))
    assert.ok(Math.abs(bytes - b[kind]) < mib, `${kind}: ${bytes} bytes from the host, ${b[kind]} from beside`);
  return { rssBytes: one.rssBytes };
}

/** Who lacks the right is told so in one sentence. Root needs it for what is another user's, or has more rights. */
function checkRights({ uid }, { beside }, type) {
  const without = type(withOption(beside, ' --cap-add=SYS_PTRACE', ''));
  const isOwn = uid === 0;
  if (isOwn) assert.match(without.output, /\(pid 1\)/);
  else refused(without);
  refused(type(withOption(beside, '--user=0', '--user=10001')));
  return { withoutPtrace: isOwn ? 'reads it' : 'one sentence' };
}

function refused({ status, output }) {
  assert.equal(status, 1, output);
  const sentences = output.trim().replaceAll('\n', ' ');
  assert.match(sentences, /^offheap: Expected [^\n]*CAP_SYS_PTRACE/);
  assert.ok(sentences.length < 700, `one sentence or two, found ${sentences.length} letters`);
}

/** Of a program on musl the meter tells the blocks, each of them. */
function checkCounters({ limitMib }, ask) {
  const { json, errors } = ask('doctor');
  if (json === undefined) throw new Error(errors.trim().split('\n').at(-1));
  const { evidence } = json;
  const { allocator, isJvm, counters: live } = evidence;
  assert.deepEqual({ allocator: allocator.name, isJvm }, { allocator: 'musl', isJvm: false });
  assert.equal(evidence.cgroup.limitBytes, limitMib * mib);
  const told = ask('counters');
  if (told.json === undefined) throw new Error(told.errors.trim().split('\n').at(-1));
  const { liveAllocations: liveBlocks, liveUsableBytes: liveBytes } = told.json.counters;
  assert.deepEqual(
    { liveBlocks, liveBytes, alsoByDoctor: live.liveBytes },
    { liveBlocks: known.blocks, liveBytes: known.bytes, alsoByDoctor: known.bytes },
  );
  return { liveBlocks, liveBytes };
}

/** A fault that is known of a JDK, as in the matrix, is none of Docker's: its sentence goes beneath the table. */
function explainAll(checks, jdk) {
  return Object.fromEntries(
    Object.entries(checks).map(([name, { faults, figures }]) => {
      const sentences = faults.map((fault) => (jdk === undefined ? undefined : explanationOf(fault, jdk)));
      const notes = [...new Set(sentences.filter((sentence) => sentence !== undefined))];
      return [name, { faults: faults.filter((_, index) => sentences[index] === undefined), notes, figures }];
    }),
  );
}
