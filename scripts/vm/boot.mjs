// A virtual machine, from its start to its end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { say } from '../lib/run.mjs';

const limitMs = 60 * 60_000;

/**
 * Boots an image by emulation, which needs no right, and waits until the machine turns itself off. Says which trial it is at.
 *
 * @returns {Promise<string[]>} the last lines of its console
 */
export async function boot(folder, image) {
  const machine = [
    '-machine',
    'q35',
    '-accel',
    'tcg',
    '-cpu',
    'max',
    '-smp',
    '2',
    '-m',
    '2048',
    '-nographic',
    '-no-reboot',
    '-nic',
    'none',
  ];
  const kernel = ['-kernel', join(folder, 'vmlinuz'), '-initrd', join(folder, 'initrd.img')];
  const line = 'console=ttyS0 root=/dev/vda rw panic=-1 systemd.show_status=0 quiet';
  const disk = ['-drive', `file=${image},if=virtio,format=raw,cache=unsafe`];
  const child = spawn('qemu-system-x86_64', [...machine, ...kernel, '-append', line, ...disk], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = () => child.kill('SIGKILL');
  const timer = setTimeout(stop, limitMs);
  process.once('exit', stop);
  const last = [];
  createInterface({ input: child.stdout }).on('line', (text) => {
    const [, trial] = /trial: (.*)/.exec(text) ?? [];
    if (trial !== undefined) say(`virtual machine: ${trial}`);
    last.push(text);
    if (last.length > 40) last.shift();
  });
  await once(child, 'close');
  clearTimeout(timer);
  process.removeListener('exit', stop);
  return last;
}
