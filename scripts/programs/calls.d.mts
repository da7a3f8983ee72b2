export function buildWitness(root: string, folder: string): string;
export function prepareCount(folder: string, witness: string, meter: string): { LD_PRELOAD: string; OFFHEAP_COUNTERS_DIR: string };
export function compareCalls(folder: string): {
  processes: number;
  agree: number;
  caught: number;
  calls: number;
  apart: { pid: number; witness?: number[]; meter?: number[] }[];
};
