import { execFile } from 'node:child_process';
import { program } from './doctor-run.ts';

const commandMs = 120_000;
/** What has no end of its own, such as strace, is watched for so long. */
const watchedMs = 10_000;

/** Runs a command that the doctor printed, with this offheap as `offheap`. */
export function runInShell(command: string): Promise<{ said: string; failure?: string }> {
  const endless = /^strace /.test(command);
  const script = `offheap() { "$NODE" "$OFFHEAP" "$@"; }\n${command}`;
  const env = { ...process.env, NODE: process.execPath, OFFHEAP: program };
  return new Promise((resolve) => {
    const options = { env, timeout: endless ? watchedMs : commandMs, maxBuffer: 256 * 2 ** 20, killSignal: 'SIGINT' as const };
    execFile('sh', ['-c', endless ? `exec ${command}` : script], options, (error, stdout, stderr) => {
      // 1 and 3 are what the doctor ends with when it has something to say.
      const failed = error !== null && !endless && !(command.startsWith('offheap ') && (error.code === 1 || error.code === 3));
      const [first = ''] = stderr.trim().split('\n');
      resolve({ said: stdout + stderr, ...(failed ? { failure: `${command} failed: ${first || error.message}` } : {}) });
    });
  });
}
