import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Cell } from '../../src/model/result.ts';
import { cellOf, phasesOf, resultOf } from '../fixtures/cells.ts';
import { doctorResultOf } from '../fixtures/doctor.ts';
import { offheap, root } from './offheap.ts';

const folder = mkdtempSync(join(tmpdir(), 'offheap-report-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const result = resultOf([cellOf({ phases: phasesOf({ baseline: 500, loaded: 1000, settled: 900 }) })]);
const save = (name: string, content: unknown) => {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};
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
  expect(page).toContain('Copyright (c) 2022 Leon Sorokin');
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
  expect(downloaded.schemaVersion).toBe(2);
  expect(downloaded.cells.map(({ phases }: Cell) => phases.loaded?.rssBytes)).toEqual([37425152, 39931904]);
  expect(stdout).toContain('<th scope="col">loaded</th>');
  expect(stdout).not.toContain('scanned');
});

test('a result of the doctor is recognised, and all of it can be downloaded', async () => {
  const doctor = { ...doctorResultOf(), later: 'version' };
  const { status, stdout } = await offheap(['report', save('doctor.json', doctor), '--output=-']);
  expect(status).toBe(0);
  expect(titleOf(stdout)).toBe('Where the memory of process 4711 is · offheap');
  expect(JSON.parse(/id="offheap-doctor">(.*?)<\/script>/.exec(stdout)?.[1] ?? '')).toEqual(doctor);
});

describe('what is no result of offheap is one sentence, and nothing is written', () => {
  const cure = 'Make one by: offheap repro --format=json --output=result.json';
  test.each([
    ['no JSON', 'configuration,rss\n', /^offheap: Expected a result of offheap as JSON, but ".*" is no JSON\./],
    ['another JSON', { name: 'package' }, /as JSON, but ".*" is none \(at schemaVersion: /],
    ['a list', [1], /is none \(Invalid input: expected object/],
    ['a later schema', { ...result, schemaVersion: 3 }, /in schema version 1 or 2, not 3, but /],
    ['a damaged result of version 1', { ...result, schemaVersion: 1, cells: 1 }, /is none \(at cells: /],
    ['a damaged result', { ...result, cells: [{}] }, /is none \(at cells\.0\.configuration: /],
    ['a damaged doctor', { ...doctorResultOf(), verdict: 1 }, /is none \(at verdict: /],
  ])('%s', async (name, content, sentence) => {
    const output = join(folder, `${name}.html`);
    const { status, stdout, stderr } = await offheap(['report', save('other', content), `--output=${output}`]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr.endsWith(`${cure}\n`)).toBe(true);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(readdirSync(folder)).not.toContain(`${name}.html`);
  });

  test('a file that is not there', async () => {
    const { status, stderr } = await offheap(['report', join(folder, 'absent.json')]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^offheap: Expected a result file, but ".*absent\.json" cannot be read: ENOENT.*\.\n$/);
  });
});
