import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runDiagnosticCommand } from '../../src/jvm/attach.ts';
import { parseEffectiveIds } from '../../src/parse/proc-fields.ts';
import { readProcSync } from '../../src/process/proc-file.ts';
import { offheap } from '../cli/offheap.ts';
import { has, isRoot, skipUnless } from '../skip.ts';
import { withFakeJvm } from './fake-jvm.ts';

const timeoutMs = 60_000;
const user = 65_534;
const replies = { 'VM.version': { text: 'JDK 8.0_452\n', times: 1 } };
const options = { user, hearsOwnAlone: true };
let folder: string;
let library: string;

skipUnless(isRoot, 'only root becomes another user');
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-account-'));
  await chmod(folder, 0o755);
  library = join(folder, 'libjvm.so');
  await writeFile(library, 'x');
});
afterAll(() => rm(folder, { recursive: true }));

test('a JVM that hears its own user and group alone answers root, who stays root', async () => {
  await withFakeJvm(
    library,
    replies,
    async ({ pid }) => {
      expect(await runDiagnosticCommand(pid, 'VM.version', { timeoutMs })).toBe('JDK 8.0_452\n');
      expect(parseEffectiveIds(readProcSync('self', 'status'))).toEqual({ uid: 0, gid: 0 });
      expect([process.geteuid?.(), process.getegid?.()]).toEqual([0, 0]);
    },
    options,
  );
});

test('several questions at once', async () => {
  await withFakeJvm(
    library,
    { 'VM.version': { text: 'JDK 8.0_452\n', times: 1 } },
    async ({ pid }) => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => runDiagnosticCommand(pid, 'VM.version', { timeoutMs })));
      expect(new Set(answers)).toEqual(new Set(['JDK 8.0_452\n']));
    },
    options,
  );
});

test('who may not take them is told so, and what lets him', async ({ skip }) => {
  skip(!has('setpriv'), 'setpriv is not installed');
  await withFakeJvm(
    library,
    replies,
    async ({ pid }) => {
      const without = '-setuid,-setgid';
      const bin = new URL('../../bin/offheap.js', import.meta.url).pathname;
      const args = [`--bounding-set=${without}`, `--inh-caps=${without}`, process.execPath, bin, 'doctor', String(pid)];
      const { stdout } = spawnSync('setpriv', [...args, '--format=json', '--quiet'], { encoding: 'utf8' });
      const { evidence } = JSON.parse(stdout);
      expect(evidence.unknown).toContainEqual({
        instrument: 'jvm',
        code: 'not-heard',
        detail: `Could not attach to process ${pid}: the JVM hung up. It hears its own user and group (uid ${user}, gid ${user}), which this process may not take; root as well from JDK 10 on. Run offheap as them (setpriv --reuid=${user} --regid=${user} --clear-groups offheap …), or as root with the capabilities CAP_SETUID and CAP_SETGID.`,
      });
      expect((await offheap(['doctor', String(pid), '--format=json', '--quiet'])).stdout).toContain('1.8.0_452');
    },
    options,
  );
});
