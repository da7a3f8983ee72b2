import { expect, test } from 'vitest';
import { parseFlagNames, parseJavaSettings } from '../../../src/parse/java-settings.ts';
import { parseNmtTotal } from '../../../src/parse/nmt.ts';

test('NMT: the total in bytes; undefined when NMT is off', () => {
  const text =
    '\nNative Memory Tracking:\n\n(Omitting categories weighting less than 1KB)\n\nTotal: reserved=2853187KB, committed=1159035KB\n';
  expect(parseNmtTotal(text)).toEqual({ reservedBytes: 2_921_663_488, committedBytes: 1_186_851_840 });
  expect(parseNmtTotal('Native memory tracking is not enabled\n')).toBeUndefined();
});

test('java -XshowSettings: version, vendor, home', () => {
  const text = `Property settings:
    java.home = /opt/a jdk
    java.vendor = Debian
    java.vendor.url = https://example.org/
    java.version = 17.0.15
    java.version.date = 2025-04-15
`;
  expect(parseJavaSettings(text)).toEqual({ home: '/opt/a jdk', vendor: 'Debian', version: '17.0.15' });
  expect(parseJavaSettings('bash: java: not found')).toBeUndefined();
});

test('-XX:+PrintFlagsFinal: names of flags, changed ones (:=) too', () => {
  const text = `[Global flags]
     uint TrimNativeHeapInterval                   = 0                                         {product} {default}
   size_t MaxHeapSize                             := 6318718976                                {product} {ergonomic}
`;
  expect([...parseFlagNames(text)]).toEqual(['TrimNativeHeapInterval', 'MaxHeapSize']);
});
