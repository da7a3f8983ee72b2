import { hugePagesOfMalloc } from '../allocators/glibc.ts';
import { isSet } from '../allocators/setting.ts';
import type { Evidence, Fix } from '../model/doctor.ts';
import type { HugePageEvidence } from '../model/evidence.ts';
import { cures } from './cures.ts';
import { prescribe } from './prescribe.ts';

const folder = '/sys/kernel/mm/transparent_hugepage';
/** khugepaged then fills a huge page of which one page alone is there: all but one of 512 may be absent. */
const anyAbsent = 511;
/** prctl(2) by its number: perl has no function for it, and is a part of every Debian and Red Hat. */
const prctlNumbers: Partial<Record<NodeJS.Architecture, number>> = { x64: 157, arm64: 167 };

/** By why the process has them. What helps this process alone comes before what changes the machine. */
export function fewerHugePages(evidence: Evidence, { advisedBytes, bytes, enabled, ...settings }: HugePageEvidence): Fix[] {
  const inForce = { env: evidence.allocator.environment, jvmFlags: evidence.jvm?.flags ?? [] };
  const asked = [
    ...(inForce.jvmFlags.includes('-XX:+UseTransparentHugePages') ? prescribe(cures.noHugeHeap, evidence) : []),
    ...(isSet(hugePagesOfMalloc, '1', inForce) ? prescribe(cures.noHugeMalloc, evidence) : []),
  ];
  const isGiven = enabled === 'always' && advisedBytes < bytes;
  return [
    ...asked,
    ...(!settings.isSwitchedOff && (asked.length === 0 || isGiven) ? startWithout() : []),
    ...(isGiven ? [onlyWhereAsked] : []),
    ...(settings.shrinksUnderused === true && (settings.maxPtesNone ?? 0) >= anyAbsent ? [takeBack] : []),
  ];
}

/** PR_SET_THP_DISABLE is 41. It is kept across execve(2), and every child has it as well. */
function startWithout(): Fix[] {
  const number = prctlNumbers[process.arch];
  if (number === undefined) return [];
  return [
    {
      action:
        'Start it without huge pages: put this in front of its command. It holds for the process and for those that it starts, whatever they ask for.',
      command: `perl -e 'syscall(${number}, 41, 1, 0, 0, 0) == 0 or die "prctl: $!"; exec @ARGV or die $!'`,
    },
  ];
}

const onlyWhereAsked: Fix = {
  action:
    'Or give huge pages only to those who ask for them, as root. This is for all programs of the machine, and some become slower. This one has to be started again.',
  command: `echo madvise > ${folder}/enabled`,
};

const takeBack: Fix = {
  action:
    'Without a restart, as root, for all programs of the machine: let the kernel take pages of zeros back when the container comes to its limit, before it kills.',
  command: `echo 0 > ${folder}/khugepaged/max_ptes_none`,
};
