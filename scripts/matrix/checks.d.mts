interface Check {
  /** A sentence for each figure that is not as it should be. */
  faults: string[];
  figures?: object;
}

interface Expected {
  /** The JDK's feature release. */
  feature: number;
  glibc: string;
  hasNmt: boolean;
  collector?: string;
  /** A machine on which the doctor's time for owners may be over before they are found. */
  isSlow?: boolean;
}

/** What each command has to say of a JVM that runs program/Known.java, by command. `--gc` and `--trim` change the process. */
export function checkProcess(pid: number, expected: Expected): Record<'doctor' | 'owners' | 'histo' | '--gc' | '--trim', Check>;
