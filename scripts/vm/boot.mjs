// A virtual machine, from its start to its end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { say } from '../lib/run.mjs';

const limitMs = 60 * 60_000;

/** By kind of processor: the emulator, its machine, how a disk is put into it, and which of its consoles the kernel prints to. */
export const machines = {
  x64: {
    ...{ emulator: 'qemu-system-x86_64', apt: 'qemu-system-x86', machine: 'q35', console: 'ttyS0' },
    disk: (image) => ['-drive', `file=${image},if=virtio,format=raw,cache=unsafe`],
  },
  arm64: {
    ...{ emulator: 'qemu-system-aarch64', apt: 'qemu-system-arm', machine: 'virt', console: 'ttyAMA0' },
    disk: (image) => [
      ...['-drive', `file=${image},if=none,id=disk,format=raw,cache=unsafe`],
      ...['-device', 'virtio-blk-device,drive=disk'],
    ],
  },
};

/**
 * Boots an image by emulation, which needs no right, and waits until the machine turns itself off. Says which trial it is at.
 *
 * @param {{ arch: 'x64' | 'arm64', memoryMiB: number, kernel: string, initrd: string, line: string, image: string }} what `line`: the kernel's, beside its console
 * @returns {Promise<string[]>} the last lines of its console
 */
export async function boot({ arch, memoryMiB, kernel, initrd, line, image }) {
  const { emulator, machine, console, disk } = machines[arch];
  const hardware = ['-machine', machine, '-accel', 'tcg', '-cpu', 'max', '-smp', '2', '-m', String(memoryMiB)];
  const around = ['-nographic', '-no-reboot', '-nic', 'none'];
  const system = ['-kernel', kernel, '-initrd', initrd, '-append', `console=${console} panic=-1 quiet ${line}`];
  const child = spawn(emulator, [...hardware, ...around, ...system, ...disk(image)], { stdio: ['ignore', 'pipe', 'inherit'] });
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
