import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import type { Verdict } from '../../test/corpus/judge.ts';
import type { Announced } from '../../test/corpus/start.ts';
import { root } from './doctor-run.ts';
import type { Cure } from './trial.ts';

/** One look at a program, and how it was judged. */
export interface Pass {
  forMs?: number;
  verdict: Verdict;
  because?: string;
  numberError?: number;
  rssBytes: number;
  durationMs: number;
  said: string;
  findings: { code: string; severity: string; summary: string; evidence: Record<string, number | string>; cure?: string }[];
}

export interface CaseResult {
  name: string;
  takenAt: string;
  isHealthy: boolean;
  /** The worst of all passes. */
  verdict?: Verdict;
  announced?: Announced;
  passes: Pass[];
  cure?: Cure;
  /** Why it was not run. */
  skipped?: string;
  /** Why there is no verdict: the program, or the doctor, failed. */
  failed?: string;
}

interface Results {
  schemaVersion: 1;
  machine: { kernel: string; cpus: number; cpu: string; node: string };
  results: CaseResult[];
}

const file = join(root, 'bench', 'results', 'corpus.json');

export function readAll(): Results | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export const readResults = (): CaseResult[] => readAll()?.results ?? [];

/** In the place of its former result. */
export function writeResult(result: CaseResult): void {
  const known = readResults();
  const index = known.findIndex(({ name }) => name === result.name);
  writeResults(index < 0 ? [...known, result] : known.with(index, result));
}

/** In this order, and none of a program that is no more. */
export function keepResultsOf(names: readonly string[]): void {
  const known = new Map(readResults().map((result) => [result.name, result]));
  if (known.size > 0) writeResults(names.flatMap((name) => known.get(name) ?? []));
}

function writeResults(results: CaseResult[]): void {
  const [cpu] = cpus();
  const machine = { kernel: release(), cpus: cpus().length, cpu: cpu?.model ?? '', node: process.version };
  mkdirSync(join(root, 'bench', 'results'), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ schemaVersion: 1, machine, results } satisfies Results, undefined, 1)}\n`);
}
