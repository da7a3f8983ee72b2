import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest: of the whole suite they start before all others, so that no long one runs alone at its end. They come from different projects, and so
 * some compute while others wait. The first has bounds of processor time: beside it are those that wait most.
 */
export const longest: readonly string[] = [
  'test/integration/hostile.test.ts',
  'test/integration/repro.test.ts',
  'test/package/package.test.ts',
  'test/integration/fit.test.ts',
  'test/integration/compare.test.ts',
  'test/native/second-build.test.ts',
  'test/integration/spring-boot-fat-jar.test.ts',
  'test/integration/junit.test.ts',
  'test/integration/notices.test.ts',
  'test/integration/doctor-corpus.test.ts',
  'test/integration/core-owners.test.ts',
  'test/integration/schemas.test.ts',
  'test/integration/guard.test.ts',
  'test/integration/doctor.test.ts',
  'test/integration/after-oom.test.ts',
  'test/integration/watch.test.ts',
  'test/integration/packaged-jdks.test.ts',
  'test/integration/tasks.test.ts',
  'test/integration/after-death.test.ts',
  'test/integration/variants.test.ts',
  'test/cli/targets.test.ts',
  'test/integration/collect.test.ts',
  'test/package/action.test.ts',
  'test/native/conformance.test.ts',
  'test/native/accuracy.test.ts',
  'test/native/reliability.test.ts',
  'test/integration/owners.test.ts',
  'test/native/owners-hostile.test.ts',
  'test/native/random-heap.test.ts',
  'test/unit/parse/worst-texts.test.ts',
  'test/integration/faults/death.test.ts',
  'test/native/real-programs.test.ts',
  'test/package/emulated.test.mjs',
  'test/integration/walkthrough.test.ts',
  'test/integration/java-repro.test.ts',
];

/** The order of a run: vitest's own goes project by project. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const index = longest.indexOf(relative(this.ctx.config.root, moduleId));
      return index === -1 ? longest.length : index;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
