import { expect, test } from 'vitest';
import { requireClassName, sumUp } from '../../../src/observe/creation-stacks.ts';

test('objects by stack, each once: a constructor that another one has called makes none', () => {
  const text = [
    'app/Main.main:7_[0];app/Loader.open:31_[j];java/util/zip/Inflater.<init>:129_[j];java/util/zip/Inflater.<init>:104_[i] 41',
    'app/Main.main:7_[j];app/Loader.open:31_[j];java/util/zip/Inflater.<init>:129_[j] 41',
    'app/Main.main:9;app/Pool.take:12;java/util/zip/Inflater.<init>:129 7',
    '',
  ].join('\n');
  expect(sumUp(text)).toEqual({
    calls: 48,
    top: [
      { calls: 41, frames: ['java.util.zip.Inflater.<init>', 'app.Loader.open:31', 'app.Main.main:7'] },
      { calls: 7, frames: ['java.util.zip.Inflater.<init>', 'app.Pool.take:12', 'app.Main.main:9'] },
    ],
  });
  expect(sumUp('')).toEqual({ calls: 0, top: [] });
});

test('a method that is called by reflection or a lambda is one stack, however the JDK has made the call', () => {
  const around = [
    'jdk/internal/reflect/GeneratedMethodAccessor7.invoke',
    'jdk/internal/reflect/NativeMethodAccessorImpl.invoke0:-1',
  ];
  const lines = around.map(
    (frame) =>
      `web/Handler.call:3;java/lang/reflect/Method.invoke:569;${frame};app/Page.read:8;app/Page$$Lambda.0x7f0012.apply;app/Native.<init>:5 3`,
  );
  expect(sumUp(lines.join('\n'))).toEqual({
    calls: 6,
    top: [
      { calls: 6, frames: ['app.Native.<init>:5', 'app.Page.read:8', 'java.lang.reflect.Method.invoke', 'web.Handler.call:3'] },
    ],
  });
});

test.each(['java.util.zip.Inflater$InflaterZStreamRef', 'Main', 'app.Größe', 'a_b.C1'])('%s is a class', (name) => {
  expect(requireClassName(name)).toBe(name);
});

test.each(['', 'a b', 'a.b,file=/etc/passwd', '.A', 'a..B', 'a"b', "a'b", 'a/B', 'byte[]', 'a=b'])('%j is none', (name) => {
  expect(() => requireClassName(name)).toThrow(/^Expected --created-by to be the name of a Java class/);
});
