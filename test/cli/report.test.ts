import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import type { Cell } from '../../src/model/result.ts';
import { bytesPerMiB } from '../../src/model/units.ts';
import { cellOf, phasesOf, resultOf, timelineOf } from '../fixtures/cells.ts';
import { doctorResultOf } from '../fixtures/doctor.ts';
import { leakingOwners } from '../fixtures/owners.ts';
import { offheapInTurn } from './in-turn.ts';
import { root } from './offheap.ts';

const offheap = offheapInTurn();

const folder = mkdtempSync(join(tmpdir(), 'offheap-report-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const result = resultOf([cellOf({ phases: phasesOf({ baseline: 500, loaded: 1000, settled: 900 }) })]);
const save = (name: string, content: unknown) => {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};
/** With one figure of another kind. */
const withRss = (rssBytes: unknown) => {
  const doctor = doctorResultOf();
  const [first, ...regions] = doctor.evidence.regions;
  return { ...doctor, evidence: { ...doctor.evidence, regions: [{ ...first, rssBytes }, ...regions] } };
};
const withCurve = (rssBytes: number[]) => ({
  ...result,
  cells: [{ ...result.cells[0], timeline: { ...timelineOf([0, 1, 2], [1, 2, 3]), rssBytes } }],
});
const titleOf = (page: string) => /<title>(.*?)<\/title>/.exec(page)?.[1];

test('a result becomes one HTML file, with the bundled script, style and licence in it', async () => {
  const output = join(folder, 'new folder', 'page.html');
  expect(await offheap(['report', save('result.json', result), `--output=${output}`])).toEqual({
    status: 0,
    stdout: '',
    stderr: `report: ${output}\n`,
  });
  const page = readFileSync(output, 'utf8');
  expect(titleOf(page)).toBe('Memory under 1 configuration · offheap');
  for (const holder of ['Copyright (c) 2022 Leon Sorokin', 'Mike Bostock']) expect(page).toContain(holder);
  for (const part of ['report.js', 'report.css'])
    expect(page).toContain(readFileSync(join(root, 'dist/client', part), 'utf8').trim());
});

test('--output=- is stdout', async () => {
  const { status, stdout, stderr } = await offheap(['report', save('result.json', result), '--output=-']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^<!doctype html>\n[\s\S]*<\/html>\n$/);
});

test('a file of schema version 1 is read as one of the current version', async () => {
  const { status, stdout } = await offheap(['report', join(root, 'test/fixtures/results/version-1.json'), '--output=-']);
  expect(status).toBe(0);
  const downloaded = JSON.parse(/id="offheap-result">(.*?)<\/script>/.exec(stdout)?.[1] ?? '');
  expect(downloaded.schemaVersion).toBe(3);
  expect(downloaded.cells.map(({ phases }: Cell) => phases.loaded?.rssBytes)).toEqual([37425152, 39931904]);
  expect(stdout).toContain('<th scope="col">loaded</th>');
  expect(stdout).not.toContain('scanned');
});

test('a result of the doctor is recognised, and all of it can be downloaded', async () => {
  const doctor = { ...doctorResultOf(), later: 'version' };
  const { status, stdout } = await offheap(['report', save('doctor.json', doctor), '--output=-']);
  expect(status).toBe(0);
  expect(titleOf(stdout)).toBe('app.jar (pid 4711) · offheap');
  expect(JSON.parse(/id="offheap-doctor">(.*?)<\/script>/.exec(stdout)?.[1] ?? '')).toEqual(doctor);
});

test('two results of the doctor are compared, and both are in the page', async () => {
  const [before, after] = [save('before.json', doctorResultOf()), save('after.json', withRss(100 * bytesPerMiB))];
  const { status, stdout } = await offheap(['report', before, after, '--output=-']);
  expect(status).toBe(0);
  expect(titleOf(stdout)).toBe('app.jar · before and after · offheap');
  for (const [id, file] of [
    ['offheap-before', before],
    ['offheap-after', after],
  ] as const)
    expect(JSON.parse(new RegExp(`id="${id}">(.*?)</script>`).exec(stdout)?.[1] ?? '')).toEqual(
      JSON.parse(readFileSync(file, 'utf8')),
    );
});

test.each([
  ['two of compare', result, result, 'result-0.json'],
  ['one of compare', result, doctorResultOf(), 'result-0.json'],
  ['one of the doctor, one of compare', doctorResultOf(), result, 'result-1.json'],
])('no two results of the doctor: %s', async (_, first, second, named) => {
  const files = [first, second].map((content, index) => save(`result-${index}.json`, content));
  const path = join(folder, named);
  expect(await offheap(['report', ...files, '--output=-'])).toEqual({
    status: 1,
    stdout: '',
    stderr: `offheap: Expected two results of offheap doctor, or two of owners, but "${path}" is one of offheap repro, compare or guard: a result of compare has all of its configurations on one page. Draw it alone: offheap report "${path}"\n`,
  });
});

test('a second file that is no result is named', async () => {
  const { status, stderr } = await offheap(['report', save('doctor.json', doctorResultOf()), save('other', {}), '--output=-']);
  expect(status).toBe(1);
  expect(stderr).toContain(`but "${join(folder, 'other')}" is none (at schemaVersion: `);
});

test.each([
  ['a pipe', 'cat "$1" | "$0" "$2" report /dev/stdin --output=-'],
  ['a FIFO', 'mkfifo "$3" && { cat "$1" > "$3" & "$0" "$2" report "$3" --output=-; }'],
])('%s is read to its end', async (name, script) => {
  const child = spawn(
    'sh',
    ['-c', script, process.execPath, save('result.json', result), join(root, 'bin/offheap.js'), join(folder, 'fifo')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  expect(titleOf(await text(child.stdout)), name).toBe('Memory under 1 configuration · offheap');
});

test('what a result of somebody else calls things cannot steer who reads its page', async () => {
  const named = resultOf([cellOf({ configuration: 'x\u202e\u2028\x9b', phases: phasesOf({ baseline: 500, settled: 900 }) })]);
  const { status, stdout } = await offheap(['report', save('named.json', named), '--output=-']);
  expect(status).toBe(0);
  expect(stdout).toContain('x\\u{202e}\\u{2028}\\u{9b}');
  expect(stdout).not.toMatch(/[\u202e\u2028\x9b]/);
});

describe('what is no result of offheap is one sentence, and nothing is written', () => {
  const cure = 'Make one by: offheap repro --format=json --output=result.json';
  test.each([
    ['no JSON', 'configuration,rss\n', /^offheap: Expected a result of offheap as JSON, but ".*" is no JSON\./],
    ['another JSON', { name: 'package' }, /as JSON, but ".*" is none \(at schemaVersion: /],
    ['a list', [1], /is none \(Invalid input: expected object/],
    ['a later schema', { ...result, schemaVersion: 4 }, /in schema version 1, 2 or 3, not 4, but /],
    ['a damaged result of version 1', { ...result, schemaVersion: 1, cells: 1 }, /is none \(at cells: /],
    ['a damaged result', { ...result, cells: [{}] }, /is none \(at cells\.0\.configuration: /],
    ['a damaged doctor', { ...doctorResultOf(), verdict: 1 }, /is none \(at verdict: /],
    ['more bytes than a machine has', withRss(1e308), /is none \(at evidence\.regions\.0\.rssBytes: Too big: /],
    ['fewer bytes than none', withRss(-1), /is none \(at evidence\.regions\.0\.rssBytes: Too small: /],
    ['a part of a byte', withRss(0.5), /is none \(at evidence\.regions\.0\.rssBytes: .*expected a whole number/],
    ['a text for a number', withRss('NaN'), /is none \(at evidence\.regions\.0\.rssBytes: .*expected number, received string/],
    [
      'an infinity',
      JSON.stringify(withRss(1999993)).replaceAll('1999993', '1e999'),
      /at evidence\.regions\.0\.rssBytes: .*expected number/,
    ],
    [
      'a curve with fewer points than moments',
      withCurve([1, 2]),
      /at cells\.0\.timeline\.rssBytes: .*expected 3 figures, .* found 2/,
    ],
    [
      'a curve with more points than moments',
      withCurve([1, 2, 3, 4]),
      /at cells\.0\.timeline\.rssBytes: .*expected 3 figures, .* found 4/,
    ],
    ['a result of fit', { schemaVersion: 1, kind: 'fit' }, /\(this is a result of offheap fit, which report does not draw\)/],
    [
      'verdicts of guard',
      { schemaVersion: 1, configuration: 'glibc', verdicts: [] },
      /a result of offheap guard --format=json, which/,
    ],
    ['calls', { schemaVersion: 1, source: 'strace', threads: [], durationMs: 1 }, /a result of offheap syscalls, which/],
    ['counters', { schemaVersion: 1, info: {}, alive: true, counters: {} }, /a result of offheap counters, which/],
    ['a histogram', { schemaVersion: 1, arenas: [], totals: {}, census: {} }, /a result of offheap histo, which/],
  ])('%s', async (name, content, sentence) => {
    const output = join(folder, `${name}.html`);
    const { status, stdout, stderr } = await offheap(['report', save('other', content), `--output=${output}`]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr.endsWith(`${cure}\n`)).toBe(true);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(readdirSync(folder)).not.toContain(`${name}.html`);
  });

  test('a file of more than 64 MiB: it is not read, and how it is drawn all the same is said', async () => {
    const large = save('large.json', result);
    truncateSync(large, 480 * bytesPerMiB);
    expect(await offheap(['report', large, `--output=${join(folder, 'large.html')}`])).toEqual({
      status: 1,
      stdout: '',
      stderr: `offheap: Expected a result of offheap of 64 MiB at most, but "${large}" has more. Read it all the same: offheap report --max-size=512m\n`,
    });
    truncateSync(large, JSON.stringify(result).length);
    expect((await offheap(['report', large, '--max-size=1k', '--output=-'])).stderr).toContain('MiB at most');
    expect((await offheap(['report', large, '--output=-'])).status).toBe(0);
  });

  test('a device that does not end', async () => {
    expect((await offheap(['report', '/dev/zero', '--max-size=1m', '--output=-'])).stderr).toBe(
      'offheap: Expected a result of offheap of 1 MiB at most, but "/dev/zero" has more. Read it all the same: offheap report --max-size=512m\n',
    );
  });

  test.each(['[', '{"a":'])('values in one another without an end: %s', async (open) => {
    const deep = `${open.repeat(100_003)}1${(open === '[' ? ']' : '}').repeat(100_003)}`;
    const { status, stderr } = await offheap(['report', save('deep.json', deep), '--output=-']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^offheap: Expected a result of offheap.*(to a depth of over 64|is no JSON)\./);
  });

  test('a result of another command for --resume', async () => {
    const { status, stderr } = await offheap(['repro', `--resume=${save('doctor.json', doctorResultOf())}`]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^offheap: Expected ".*" to be a result file of this version: .* It is one of offheap doctor\.\n$/);
  });

  test('a file that is not there', async () => {
    const { status, stderr } = await offheap(['report', join(folder, 'absent.json')]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^offheap: Expected a result file, but ".*absent\.json" cannot be read: it does not exist\.\n$/);
  });
});

describe('results of owners', () => {
  const before = leakingOwners();
  const after = { ...before, takenAt: before.takenAt + 60_000, uptimeMs: before.uptimeMs + 60_000, rssBytes: 7 * bytesPerMiB };
  const drawn = async (...args: string[]) => {
    const { status, stdout, stderr } = await offheap(['report', ...args, '--output=-']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout;
  };

  test('one has its map', async () => {
    const page = await drawn(save('owners.json', after));
    expect(titleOf(page)).toBe('app.jar (pid 4711) · offheap');
    expect(page).toContain('id="owners-map"');
    expect(page).not.toContain('What has grown');
  });

  test('two are compared', async () => {
    const page = await drawn(save('before.json', before), save('after.json', after));
    expect(page).toContain('Compared with a look at this process 1 min 0 s earlier: 1,999 blocks had 100 MiB there');
  });

  test('one of owners and one of the doctor are not', async () => {
    const [owners, doctor] = [save('owners.json', after), save('doctor.json', doctorResultOf())];
    expect(await offheap(['report', owners, doctor])).toEqual({
      ...{ status: 1, stdout: '' },
      stderr: `offheap: Expected two results of one command, but "${owners}" is one of offheap owners, and "${doctor}" of offheap doctor.\n`,
    });
  });
});
