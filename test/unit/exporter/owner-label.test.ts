import { expect, test } from 'vitest';
import { ownerLabel } from '../../../src/exporter/owner-label.ts';

test.each([
  ['java.nio.DirectByteBuffer', 'java.nio.DirectByteBuffer'],
  ['java.util.zip.Inflater$InflaterZStreamRef', 'java.util.zip.Inflater$InflaterZStreamRef'],
  // JDK 8, 17 and 21.
  ['a.Cache$$Lambda$14/1831932724', 'a.Cache$$Lambda'],
  ['a.Cache$$Lambda$14/0x0000000800c03000', 'a.Cache$$Lambda'],
  ['a.Cache$$Lambda/0x00007f1b3c0c8a40', 'a.Cache$$Lambda'],
  ['a.Cache$$Lambda$14', 'a.Cache$$Lambda'],
  ['java.lang.invoke.LambdaForm$MH/0x00007f1b3c0c8a40', 'java.lang.invoke.LambdaForm$MH'],
  ['a.Hidden/0x00007f1b3c0c8a40[][]', 'a.Hidden[][]'],
  ['com.sun.proxy.$Proxy123', 'com.sun.proxy.$Proxy'],
  ['jdk.proxy2.$Proxy12', '$Proxy'],
  ['jdk.internal.reflect.GeneratedMethodAccessor12', 'jdk.internal.reflect.GeneratedMethodAccessor'],
  ['sun.reflect.GeneratedSerializationConstructorAccessor3', 'sun.reflect.GeneratedSerializationConstructorAccessor'],
  ['a.Bean$$EnhancerBySpringCGLIB$$7c3e9f1a', 'a.Bean$$EnhancerBySpringCGLIB'],
  ['a.Bean$$EnhancerBySpringCGLIB$$7c$$FastClassBySpringCGLIB$$1b', 'a.Bean$$EnhancerBySpringCGLIB$$FastClassBySpringCGLIB'],
  ['a.Bean$$SpringCGLIB$$0', 'a.Bean$$SpringCGLIB'],
  ['a.Entity$HibernateProxy$Xa81bq0Z', 'a.Entity$HibernateProxy'],
  // Numbers of the program's own stay: they are classes of their own.
  ['a.Cache$1', 'a.Cache$1'],
  ['org.h2.Driver4', 'org.h2.Driver4'],
])('class %s is %s', (name, label) => {
  expect(ownerLabel('java', name)).toBe(label);
});

test.each([
  ['librocksdbjni8311766216475621.so', 'librocksdbjniN.so'],
  ['snappy-1.1.10-12bfcf1d-1f7c-4f2e-9a10-0f3f4a1b2c3d-libsnappyjava.so', 'snappy-1.1.10-N-libsnappyjava.so'],
  ['libssl.so.3', 'libssl.so.3'],
])('library %s is %s', (name, label) => {
  expect(ownerLabel('library', name)).toBe(label);
});

test('threads of a pool are one, and no name is longer than 128 characters', () => {
  expect(ownerLabel('thread', 'pool-1-thread-7')).toBe('pool-N-thread-N');
  expect(ownerLabel('java', `${'a'.repeat(128)}`)).toBe('a'.repeat(128));
  expect(ownerLabel('java', `${'p.'.repeat(500)}Last`)).toBe(`…${'p.'.repeat(500)}Last`.replace(/^….*(?=.{127}$)/, '…'));
  expect(ownerLabel('java', `${'p.'.repeat(500)}Last`)).toHaveLength(128);
});
