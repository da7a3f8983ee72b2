export interface ClassCounters {
  /** Since the JVM's start. */
  loaded: number;
  unloaded: number;
}

const loaded = ['java.cls.loadedClasses', 'java.cls.sharedLoadedClasses'];
const unloaded = ['java.cls.unloadedClasses', 'java.cls.sharedUnloadedClasses'];

/** How many classes were loaded and unloaded, by jvmstat (jdk: services/classLoadingService.cpp). Undefined without the counters (-XX:-UsePerfData). */
export function parseClassCounters(counters: ReadonlyMap<string, string>): ClassCounters | undefined {
  const sumOf = (names: readonly string[]) => names.reduce((sum, name) => sum + Number(counters.get(name) ?? Number.NaN), 0);
  const found = { loaded: sumOf(loaded), unloaded: sumOf(unloaded) };
  return found.loaded > 0 && found.unloaded >= 0 && Number.isSafeInteger(found.loaded + found.unloaded) ? found : undefined;
}
