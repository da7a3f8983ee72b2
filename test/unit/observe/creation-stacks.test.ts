import { expect, test } from 'vitest';
import { requireClassName, sumUp } from '../../../src/observe/creation-stacks.ts';

test('objects by stack, each once: a constructor that another one has called makes none', () => {
  const text = [
    'app/Main.main;app/Loader.open;java/util/zip/Inflater.<init>;java/util/zip/Inflater.<init> 41',
    'app/Main.main;app/Loader.open;java/util/zip/Inflater.<init> 41',
    'app/Main.main;app/Pool.take;java/util/zip/Inflater.<init> 7',
    '',
  ].join('\n');
  expect(sumUp(text)).toEqual({
    calls: 48,
    top: [
      { calls: 41, frames: ['java.util.zip.Inflater.<init>', 'app.Loader.open', 'app.Main.main'] },
      { calls: 7, frames: ['java.util.zip.Inflater.<init>', 'app.Pool.take', 'app.Main.main'] },
    ],
  });
  expect(sumUp('')).toEqual({ calls: 0, top: [] });
});

test.each(['java.util.zip.Inflater$InflaterZStreamRef', 'Main', 'app.Größe', 'a_b.C1'])('%s is a class', (name) => {
  expect(requireClassName(name)).toBe(name);
});

test.each(['', 'a b', 'a.b,file=/etc/passwd', '.A', 'a..B', 'a"b', "a'b", 'a/B', 'byte[]', 'a=b'])('%j is none', (name) => {
  expect(() => requireClassName(name)).toThrow(/^Expected --created-by to be the name of a Java class/);
});
