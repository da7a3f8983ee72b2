/**
 * What `npm run test:fast` runs beside the checks of the sources: everything that starts no process, and of each part that looks at one the tests that touch most of
 * it and cost a few seconds. By parts of paths, as vitest takes them.
 */
export const fast = {
  projects: ['unit', 'fuzz', 'native', 'cli', 'integration'],
  files: [
    'test/unit/',
    'test/architecture.test.ts',
    'test/fuzz/command-line.test.ts',
    'test/fuzz/program-file.test.ts',
    // The command line as it is compiled.
    'test/cli/help.test.ts',
    'test/cli/scan-set.test.ts',
    'test/cli/start.test.ts',
    // The preload libraries, their pages and the sampler.
    'test/native/contracts.test.ts',
    'test/native/counting.test.ts',
    'test/native/meter.test.ts',
    'test/native/sampler.test.ts',
    // The inspector and the owners of blocks.
    'test/native/inspect.test.ts',
    'test/native/owners.test.ts',
    'test/native/recognised.test.ts',
    // Real JVMs: asked, read, measured in a cell, exported.
    'test/integration/around-cells.test.ts',
    'test/integration/attach.test.ts',
    'test/integration/export-capabilities.test.ts',
    'test/integration/inspect-java.test.ts',
    'test/integration/owner-points.test.ts',
  ],
};
