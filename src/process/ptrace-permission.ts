import { lstatSync, readFileSync } from 'node:fs';
import { parseHidePid } from '../parse/mountinfo.ts';
import { parseStatusLine } from '../parse/proc-fields.ts';
import { readProcSync } from './proc-file.ts';

/** linux: include/uapi/linux/capability.h, CAP_SYS_PTRACE. */
const capabilityBit = 1n << 19n;
/** As whom the kernel shows a user that a namespace has no number for (linux: kernel/sys.c, overflowuid). */
const unmappedUser = 65_534;
const wholeUidMap = '0 0 4294967295';

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
  /** Its root and its capabilities are those of a user namespace, and nothing outside of it. */
  isInUserNamespace: boolean;
}

/** Why a process was refused, and what is to be done about it. */
export interface Refusal {
  why: string;
  cure: string;
}

/** `attach`: its memory, over which Yama watches; `read`: its files in /proc. */
export type PtraceMode = 'attach' | 'read';

const ways = 'docker run --cap-add=SYS_PTRACE; in Kubernetes kubectl debug --profile=sysadmin, or securityContext.capabilities.add';
const inContainer = `in a container add the capability CAP_SYS_PTRACE (${ways})`;
/** Capabilities that an engine gives to a container are in force for its root alone. */
const asRootInContainer = `in a container run it as root (docker run --user=0; in Kubernetes runAsUser: 0, which kubectl debug takes from a file: --custom=FILE with {"securityContext":{"runAsUser":0}}) and add the capability CAP_SYS_PTRACE (${ways})`;

/** Said when the kernel has refused, of whatever this process is and has: nobody who is root already is told to become it. */
export function explainRefusal(pid: number, mode: PtraceMode): Refusal {
  return describeRefusal(readSituation(pid), mode);
}

/**
 * Why /proc does not have a process that runs nevertheless; undefined where there is none, or nobody hides it. A signal that does nothing tells whether it runs: it is
 * permitted, or refused, and only of a process that is gone there is nothing to refuse.
 */
export function explainHidden(pid: number): Refusal | undefined {
  const hidden = parseHidePid(orEmpty(() => readProcSync('self', 'mountinfo')));
  if (hidden === undefined || !runs(pid)) return undefined;
  return describeHidden(readSituation(pid), hidden);
}

export function describeHidden({ user }: Pick<PtraceSituation, 'user'>, option: string): Refusal {
  const why = `/proc is mounted with hidepid=${option}, which hides it from this process`;
  if (user === 0) return { why, cure: `Start offheap with the capability CAP_SYS_PTRACE: ${inContainer}.` };
  return { why, cure: `Run offheap as the user of the process, or as root (sudo offheap …); ${asRootInContainer}.` };
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export function describeRefusal(situation: PtraceSituation, mode: PtraceMode): Refusal {
  const { user, owner, hasCapability, yamaScope } = situation;
  if (mode === 'attach' && yamaScope === 3)
    return { why: 'kernel.yama.ptrace_scope is 3, which lets nobody', cure: 'A lower one takes effect at the next boot.' };
  if (situation.isInUserNamespace && owner === unmappedUser) return outsideOfNamespace;
  if (hasCapability) return describeConfinement(situation);
  if (user === 0)
    return {
      why: 'this is root without the capability CAP_SYS_PTRACE',
      cure: `Start offheap with it: ${inContainer}; in a systemd unit by CapabilityBoundingSet.`,
    };
  if (owner !== user)
    return {
      why: `it belongs to user ${owner ?? 'unknown'}, and this is user ${user}`,
      cure: `Run offheap as that user${owner === undefined ? '' : ` (sudo -u '#${owner}' offheap …)`}, or as root (sudo offheap …); ${asRootInContainer}.`,
    };
  if (mode === 'attach' && yamaScope > 0)
    return {
      why: `kernel.yama.ptrace_scope is ${yamaScope}`,
      cure: `Run offheap as root (sudo offheap …), or after sysctl kernel.yama.ptrace_scope=0; ${asRootInContainer}.`,
    };
  return {
    why: 'it is not dumpable, or has capabilities that this process has not',
    cure: `Run offheap as root (sudo offheap …); ${asRootInContainer}.`,
  };
}

const outsideOfNamespace: Refusal = {
  why: 'it is outside of the user namespace of this process, whose root and capabilities mean nothing there',
  cure: 'Run offheap on the host, as root, or in a container without such a namespace (docker run --userns=host; in Kubernetes hostUsers: true).',
};

/** Who has the capability is refused by what stands above it. */
function describeConfinement({ appArmorProfile, hasSeccompFilter, isInUserNamespace }: PtraceSituation): Refusal {
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
  if (isInUserNamespace) return outsideOfNamespace;
  return {
    why: 'CAP_SYS_PTRACE does not suffice: it is in another user namespace, or a security module forbids it',
    cure: 'Run offheap on the host, as root.',
  };
}

function readSituation(pid: number): PtraceSituation {
  const own = orEmpty(() => readProcSync('self', 'status'));
  const status = orEmpty(() => readProcSync(pid, 'status'));
  const owner = parseStatusLine(status, 'Uid')?.split(/\s+/)[1] ?? ownerOfFolder(pid);
  const capabilities = BigInt(`0x${parseStatusLine(own, 'CapEff') ?? '0'}`);
  return {
    user: process.geteuid?.() ?? 0,
    owner: owner === undefined ? undefined : Number(owner),
    hasCapability: (capabilities & capabilityBit) !== 0n,
    yamaScope: Number(read('/proc/sys/kernel/yama/ptrace_scope')),
    appArmorProfile: /^(.+) \(enforce\)/.exec(read('/proc/self/attr/apparmor/current') || read('/proc/self/attr/current'))?.[1],
    hasSeccompFilter: parseStatusLine(own, 'Seccomp') === '2',
    isInUserNamespace: !['', wholeUidMap].includes(read('/proc/self/uid_map').trim().replaceAll(/\s+/g, ' ')),
  };
}

/** With hidepid=1 a folder of /proc can be seen, and nothing in it. */
function ownerOfFolder(pid: number): number | undefined {
  try {
    return lstatSync(`/proc/${pid}`).uid;
  } catch {
    return undefined;
  }
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
