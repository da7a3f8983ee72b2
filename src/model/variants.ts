import type { ResultFile } from './result.ts';

/** How a variant may be named. Of digits alone, properties of an object would not keep their order. */
export const variantName = /^(?!\d+$)[A-Za-z0-9][\w.+-]*$/;
/** The same in words. */
export const variantNameRule = 'letters, digits, dots, dashes and pluses, and not of digits alone';

/** A program of several that are compared with each other. */
export interface Variant {
  /** The key of its cells. */
  name: string;
  command: readonly string[];
  /** The version of its JDK; undefined where it is not started by a `java` of its own. */
  jdk: string | undefined;
}

/** The variants of a result, in the order given; none where one program ran under several configurations. */
export function variantsOf({ plan }: Pick<ResultFile, 'plan'>): Variant[] {
  return (plan?.configurations ?? []).flatMap(({ key, program }) =>
    program ? [{ name: key, command: program.command, jdk: program.jdk?.version }] : [],
  );
}
