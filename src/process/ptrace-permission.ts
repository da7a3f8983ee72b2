import { readFileSync } from 'node:fs';
import { parseStatusLine } from '../parse/proc-fields.ts';
import { readProcSync } from './proc-file.ts';

/** linux: include/uapi/linux/capability.h, CAP_SYS_PTRACE. */
const capabilityBit = 1n << 19n;

/** What decides whether a process may look into another one (ptrace(2), "Ptrace access mode checking"). */
export interface PtraceSituation {
  user: number;
  /** Of the process that is looked at; undefined when it is gone, or hidden. */
  owner: number | undefined;
  /** Whether this process has CAP_SYS_PTRACE in force. */
  hasCapability: boolean;
  /** kernel.yama.ptrace_scope; 0 without Yama. */
  yamaScope: number;
  /** Of this process, where it confines. */
  appArmorProfile: string | undefined;
  hasSeccompFilter: boolean;
}

/** Why a process was refused, and what is to be done about it. */
export interface Refusal {
  why: string;
  cure: string;
}

/** `attach`: its memory, over which Yama watches; `read`: its files in /proc. */
export type PtraceMode = 'attach' | 'read';

const inContainer =
  'in a container add the capability CAP_SYS_PTRACE (docker run --cap-add=SYS_PTRACE; in Kubernetes securityContext.capabilities.add)';

/** Said when the kernel has refused, of whatever this process is and has: nobody who is root already is told to become it. */
export function explainRefusal(pid: number, mode: PtraceMode): Refusal {
  return describeRefusal(readSituation(pid), mode);
}

export function describeRefusal(situation: PtraceSituation, mode: PtraceMode): Refusal {
  const { user, owner, hasCapability, yamaScope } = situation;
  if (mode === 'attach' && yamaScope === 3)
    return { why: 'kernel.yama.ptrace_scope is 3, which lets nobody', cure: 'A lower one takes effect at the next boot.' };
  if (hasCapability) return describeConfinement(situation);
  if (user === 0)
    return {
      why: 'this is root without the capability CAP_SYS_PTRACE',
      cure: `Start offheap with it: ${inContainer}; in a systemd unit by CapabilityBoundingSet.`,
    };
  if (owner !== user)
    return {
      why: `it belongs to user ${owner ?? 'unknown'}, and this is user ${user}`,
      cure: `Run offheap as that user${owner === undefined ? '' : ` (sudo -u '#${owner}' offheap …)`}, or as root (sudo offheap …); ${inContainer}.`,
    };
  if (mode === 'attach' && yamaScope > 0)
    return {
      why: `kernel.yama.ptrace_scope is ${yamaScope}`,
      cure: `Run offheap as root (sudo offheap …), or after sysctl kernel.yama.ptrace_scope=0; ${inContainer}.`,
    };
  return {
    why: 'it is not dumpable, or has capabilities that this process has not',
    cure: `Run offheap as root (sudo offheap …); ${inContainer}.`,
  };
}

/** Who has the capability is refused by what stands above it. */
function describeConfinement({ appArmorProfile, hasSeccompFilter }: PtraceSituation): Refusal {
  if (appArmorProfile !== undefined)
    return {
      why: `the AppArmor profile ${appArmorProfile} of this process seems to forbid it`,
      cure: 'In a container: docker run --security-opt apparmor=unconfined.',
    };
  if (hasSeccompFilter)
    return {
      why: 'the seccomp filter of this process seems to forbid it',
      cure: 'In a container: docker run --security-opt seccomp=unconfined.',
    };
  return {
    why: 'CAP_SYS_PTRACE does not suffice: it is in another user namespace, or a security module forbids it',
    cure: 'Run offheap on the host, as root.',
  };
}

function readSituation(pid: number): PtraceSituation {
  const own = orEmpty(() => readProcSync('self', 'status'));
  const status = orEmpty(() => readProcSync(pid, 'status'));
  const owner = parseStatusLine(status, 'Uid')?.split(/\s+/)[1];
  const capabilities = BigInt(`0x${parseStatusLine(own, 'CapEff') ?? '0'}`);
  return {
    user: process.geteuid?.() ?? 0,
    owner: owner === undefined ? undefined : Number(owner),
    hasCapability: (capabilities & capabilityBit) !== 0n,
    yamaScope: Number(read('/proc/sys/kernel/yama/ptrace_scope')),
    appArmorProfile: /^(.+) \(enforce\)/.exec(read('/proc/self/attr/apparmor/current') || read('/proc/self/attr/current'))?.[1],
    hasSeccompFilter: parseStatusLine(own, 'Seccomp') === '2',
  };
}

function read(path: string): string {
  return orEmpty(() => readFileSync(path, 'utf8'));
}

function orEmpty(look: () => string): string {
  try {
    return look();
  } catch {
    return '';
  }
}
