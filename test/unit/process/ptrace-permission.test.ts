import { describe, expect, test } from 'vitest';
import { describeHidden, describeRefusal, type PtraceMode, type PtraceSituation } from '../../../src/process/ptrace-permission.ts';

const user = 1000;
const plain: PtraceSituation = {
  user,
  owner: user,
  hasCapability: false,
  yamaScope: 0,
  appArmorProfile: undefined,
  hasSeccompFilter: false,
  isInUserNamespace: false,
};
const root = { user: 0, owner: 0 };
const withCapability = { ...root, hasCapability: true };

test.each<[string, Partial<PtraceSituation>, PtraceMode, string, RegExp]>([
  [
    'another user’s',
    { owner: 33 },
    'read',
    'it belongs to user 33, and this is user 1000',
    /sudo -u '#33' offheap …\), or as root/,
  ],
  ['a hidden one', { owner: undefined }, 'read', 'it belongs to user unknown, and this is user 1000', /as that user, or as root/],
  ['root’s', { owner: 0 }, 'attach', 'it belongs to user 0, and this is user 1000', /or as root \(sudo offheap …\)/],
  ['Yama', { yamaScope: 1 }, 'attach', 'kernel.yama.ptrace_scope is 1', /sudo.*sysctl kernel\.yama\.ptrace_scope=0/],
  ['Yama for administrators', { yamaScope: 2 }, 'attach', 'kernel.yama.ptrace_scope is 2', /sudo/],
  [
    'Yama does not watch over /proc',
    { yamaScope: 1 },
    'read',
    'it is not dumpable, or has capabilities that this process has not',
    /sudo/,
  ],
  ['not dumpable', {}, 'attach', 'it is not dumpable, or has capabilities that this process has not', /sudo/],
  [
    'root without it',
    root,
    'read',
    'this is root without the capability CAP_SYS_PTRACE',
    /docker run --cap-add=SYS_PTRACE; in Kubernetes/,
  ],
  [
    'root without it, another’s',
    { user: 0 },
    'attach',
    'this is root without the capability CAP_SYS_PTRACE',
    /CapabilityBoundingSet/,
  ],
  ['root without it, Yama', { ...root, yamaScope: 2 }, 'attach', 'this is root without the capability CAP_SYS_PTRACE', /--cap-add/],
  ['Yama for nobody', { yamaScope: 3 }, 'attach', 'kernel.yama.ptrace_scope is 3, which lets nobody', /next boot/],
  [
    'root, Yama for nobody',
    { ...withCapability, yamaScope: 3 },
    'attach',
    'kernel.yama.ptrace_scope is 3, which lets nobody',
    /next boot/,
  ],
  [
    'AppArmor',
    { ...withCapability, appArmorProfile: 'docker-default', hasSeccompFilter: true },
    'read',
    'the AppArmor profile docker-default of this process seems to forbid it',
    /--security-opt apparmor=unconfined/,
  ],
  [
    'seccomp',
    { ...withCapability, hasSeccompFilter: true, yamaScope: 1 },
    'attach',
    'the seccomp filter of this process seems to forbid it',
    /--security-opt seccomp=unconfined/,
  ],
  [
    'root of a user namespace, and a process outside of it',
    { ...withCapability, owner: 65_534, isInUserNamespace: true, hasSeccompFilter: true },
    'read',
    'it is outside of the user namespace of this process, whose root and capabilities mean nothing there',
    /on the host, as root, or .*docker run --userns=host/,
  ],
  [
    'the same without the capability',
    { ...root, owner: 65_534, isInUserNamespace: true },
    'read',
    'it is outside of the user namespace of this process, whose root and capabilities mean nothing there',
    /hostUsers: true/,
  ],
  [
    'the same of a user that the namespace knows',
    { ...withCapability, owner: 33, isInUserNamespace: true },
    'attach',
    'it is outside of the user namespace of this process, whose root and capabilities mean nothing there',
    /on the host/,
  ],
  [
    'another user namespace',
    withCapability,
    'attach',
    'CAP_SYS_PTRACE does not suffice: it is in another user namespace, or a security module forbids it',
    /on the host/,
  ],
  [
    'a capability without root',
    { hasCapability: true, owner: 33 },
    'attach',
    'CAP_SYS_PTRACE does not suffice: it is in another user namespace, or a security module forbids it',
    /on the host/,
  ],
])('%s', (_, situation, mode, why, cure) => {
  const refusal = describeRefusal({ ...plain, ...situation }, mode);
  expect(refusal.why).toBe(why);
  expect(refusal.cure).toMatch(cure);
});

test.each([
  [0, 'Start offheap with the capability CAP_SYS_PTRACE: in a container add'],
  [user, 'Run offheap as the user of the process, or as root (sudo offheap …); in a container run it as root (docker run --user=0'],
])('one that /proc hides from user %d', (own, cure) => {
  const refusal = describeHidden({ user: own }, 'invisible');
  expect(refusal.why).toBe('/proc is mounted with hidepid=invisible, which hides it from this process');
  expect(refusal.cure.startsWith(cure)).toBe(true);
});

describe('root is never told to become root', () => {
  const truths = [true, false];
  const situations = truths.flatMap((hasCapability) =>
    [0, 1, 2, 3].flatMap((yamaScope) =>
      [0, user, undefined].flatMap((owner) =>
        truths.map((hasSeccompFilter) => ({ ...plain, user: 0, hasCapability, yamaScope, owner, hasSeccompFilter })),
      ),
    ),
  );
  test.each(['attach', 'read'] as const)('%s', (mode) => {
    expect(situations).toHaveLength(48);
    for (const situation of situations) expect(describeRefusal(situation, mode).cure).not.toMatch(/sudo|as root \(/);
  });
});
