/** The command that wrote a file of ours, by what only its files have; undefined for any other JSON. */
export function commandOf(json: unknown): string | undefined {
  if (!isObject(json)) return undefined;
  const has = (...names: string[]) => names.every((name) => name in json);
  if (json['kind'] === 'fit') return 'fit';
  if (json['kind'] === 'looks') return 'export --keep-looks';
  if (json['kind'] === 'after-oom') return 'doctor --after-oom';
  if (json['kind'] === 'after-death') return 'doctor FILE';
  if (has('cells', 'summary')) return 'repro, compare or guard';
  if (has('findings', 'evidence')) return 'doctor';
  if (has('verdicts', 'configuration')) return 'guard --format=json';
  if (has('owners', 'unowned', 'liveBlocks')) return 'owners';
  if (has('source', 'threads', 'durationMs')) return 'syscalls';
  if (has('info', 'alive', 'counters')) return 'counters';
  if (has('arenas', 'totals', 'census')) return 'histo';
  return undefined;
}

export function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
