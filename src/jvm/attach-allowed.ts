import { javaOptionsVariables } from '../model/java-options.ts';

export interface AttachClues {
  argv: readonly string[];
  environment: ReadonlyMap<string, string>;
  /** jvmstat's; undefined where they cannot be read. */
  counters: ReadonlyMap<string, string> | undefined;
}

const refusingFlag = '-XX:+DisableAttachMechanism';

/**
 * Whether the JVM lets anyone attach, as its counters tell, or else its command line and environment. One that does not takes SIGQUIT for a
 * request to print all stacks on its stdout, so it is not to be sent one.
 */
export function allowsAttach({ argv, environment, counters }: AttachClues): boolean {
  return allowsByCounters(counters) ?? !isToldToRefuse(argv, environment);
}

/**
 * The first of its capabilities, which is `!DisableAttachMechanism` wherever that was set (jdk: services/runtimeService.cpp,
 * RuntimeService::init). Undefined when the counters do not tell.
 */
function allowsByCounters(counters: AttachClues['counters']): boolean | undefined {
  const first = counters?.get('sun.rt.jvmCapabilities')?.[0];
  return first === undefined ? undefined : first === '1';
}

function isToldToRefuse(argv: readonly string[], environment: ReadonlyMap<string, string>): boolean {
  const options = javaOptionsVariables.flatMap((name) => (environment.get(name) ?? '').split(/\s+/));
  return argv.includes(refusingFlag) || options.includes(refusingFlag);
}
