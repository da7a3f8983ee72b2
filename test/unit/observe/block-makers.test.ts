import { expect, test } from 'vitest';
import { readBlockMakers } from '../../../src/observe/block-makers.ts';
import { noFacts } from '../../../src/observe/jvm.ts';
import { figures, mallocOf } from '../../fixtures/evidence.ts';

/** Of no process: whoever asks it fails. */
const pid = 2 ** 30;
const asked = new Set(['VM.class_hierarchy']);
const jvm = (classes: number) => ({ ...noFacts, version: '17.0.15+6', commands: asked, metaspaceCounts: { loaders: 3, classes } });
const look = (classes: number, liveMib: number) =>
  readBlockMakers(pid, { jvm: jvm(classes), inspection: mallocOf(figures(liveMib)), libraries: [] }, { timeoutMs: 1000 });

test('a JVM of very many classes is not asked: it would stand still', async () => {
  const detail = 'There are 30,001 classes: to ask which of them are there would stop the JVM for long.';
  expect(await look(30_001, 64)).toEqual({ unknown: [{ instrument: 'classes', code: 'too-many', detail }] });
});

test('little of malloc is worth no question, and a JVM without the command gets none', async () => {
  expect(await look(700, 63)).toEqual({ unknown: [] });
  const old = { ...jvm(700), commands: new Set<string>() };
  const clues = { jvm: old, inspection: mallocOf(figures(64)), libraries: [] };
  expect(await readBlockMakers(pid, clues, { timeoutMs: 1000 })).toEqual({ unknown: [] });
});

test('one that has ended meanwhile is gone', async () => {
  await expect(look(700, 64)).rejects.toMatchObject({ code: 'NO_SUCH_PROCESS' });
});
