import { expect, test } from 'vitest';
import { nameCommand, tellsMain } from '../../../src/parse/java-command.ts';

test.each([
  [['java', '-jar', '/app/orders.jar', '--server.port=1'], 'orders.jar'],
  [['/opt/jdk/bin/java', '-Xmx1g', '-cp', 'a.jar:b.jar', 'com.example.Main', 'x'], 'com.example.Main'],
  [['java', '--class-path', 'lib/*', '-Dx=-jar', 'com/example/Main'], 'Main'],
  [['java', '-p', 'mods', '-m', 'app/com.example.Main'], 'app/com.example.Main'],
  [['java', '--module=app/com.example.Main'], 'app/com.example.Main'],
  [['java', '@options', 'Main'], 'Main'],
  [['/usr/bin/java', '@everything'], 'java'],
  [['/usr/bin/java', '-jar'], 'java'],
  [['java', 'Bad\u0007Name'], 'Bad\\u{7}Name'],
  [['java', 'x'.repeat(100)], 'x'.repeat(64)],
  [[], ''],
])('%j is called %j', (argv, name) => {
  expect(nameCommand(argv, true)).toBe(name);
});

test('another program is called by its file', () => {
  expect(nameCommand(['/usr/sbin/nginx', '-jar', 'x.jar'], false)).toBe('nginx');
});

test.each([
  [['java', '@options', 'Main'], true],
  [['java', '-jar', 'app.jar'], true],
  [['java', '@everything'], false],
  [['java', '-Xmx1g', '-cp', 'a.jar'], false],
  [['/opt/server/launcher'], false],
])('%j tells what the JVM runs: %j', (argv, tells) => {
  expect(tellsMain(argv)).toBe(tells);
});
