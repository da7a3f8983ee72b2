import { expect, test } from 'vitest';
import { commonJdk, plannedProgram } from '../../../src/experiment/own-program.ts';
import type { Jdk } from '../../../src/jvm/java-home.ts';

const jdkAt = (home: string): Jdk => ({ home, launcher: `${home}/bin/java`, version: '17.0.15', vendor: 'Test', flags: new Set() });
const programsOf = (...jdks: (Jdk | undefined)[]) =>
  new Map(jdks.map((jdk, index) => [`v${index}`, { command: ['java', String(index)], jdk }]));

test('the host has a JDK only where all variants have the same', () => {
  expect(commonJdk(programsOf(jdkAt('/17'), jdkAt('/17')))?.home).toBe('/17');
  expect(commonJdk(programsOf(jdkAt('/17'), jdkAt('/25')))).toBeUndefined();
  expect(commonJdk(programsOf(jdkAt('/17'), undefined))).toBeUndefined();
  expect(commonJdk(programsOf(undefined, jdkAt('/17')))).toBeUndefined();
});

test('the plan has the command, and of a JDK what a reader needs', () => {
  expect(plannedProgram({ command: ['java'], jdk: jdkAt('/17') })).toEqual({
    command: ['java'],
    jdk: { version: '17.0.15', vendor: 'Test', home: '/17' },
  });
  expect(plannedProgram({ command: ['./server'], jdk: undefined })).toEqual({ command: ['./server'] });
});
