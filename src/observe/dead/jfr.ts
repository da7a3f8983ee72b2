import { printRecording } from '../../jvm/jfr-tool.ts';
import { JfrEventReader } from '../../parse/jfr-events.ts';
import type { ProcessRunner } from '../../process/runner.ts';
import { Recording } from '../../stats/recording.ts';

/** Events of Flight Recorder that tell of memory, and since which JDK it has them (jdk: jfr/metadata/metadata.xml). */
export const memoryEvents = [
  { name: 'jdk.ResidentSetSize', what: 'RSS', since: '21' },
  { name: 'jdk.NativeMemoryUsageTotal', what: 'Native Memory Tracking, all of it', since: '20' },
  { name: 'jdk.NativeMemoryUsage', what: 'Native Memory Tracking by category', since: '20' },
  { name: 'jdk.GCHeapSummary', what: 'the Java heap at each collection', since: '8' },
  { name: 'jdk.MetaspaceSummary', what: 'metaspace at each collection', since: '8' },
  { name: 'jdk.JavaThreadStatistics', what: 'how many threads there are', since: '8' },
  { name: 'jdk.DirectBufferStatistics', what: 'direct buffers', since: '15' },
  { name: 'jdk.ClassLoadingStatistics', what: 'classes', since: '8' },
  { name: 'jdk.PhysicalMemory', what: 'memory of the machine', since: '8' },
  { name: 'jdk.ContainerMemoryUsage', what: 'memory of the container', since: '17' },
] as const;
/** What does not change, and tells whose recording it is. */
const identityEvents = ['jdk.JVMInformation', 'jdk.ContainerConfiguration', 'jdk.GCConfiguration', 'jdk.Shutdown'];

/** What a recording tells of memory, and whether it was read whole. @throws OffheapError MISSING_TOOL or INVALID_FILE */
export async function readRecording(path: string, runner: ProcessRunner): Promise<{ recording: Recording; isWhole: boolean }> {
  const recording = new Recording();
  const reader = new JfrEventReader();
  const isWhole = await printRecording(path, {
    runner,
    events: [...memoryEvents.map(({ name }) => name), ...identityEvents],
    onLine: (line) => {
      const event = reader.take(line);
      if (event) recording.take(event);
    },
  });
  const last = reader.end();
  if (last) recording.take(last);
  return { recording, isWhole };
}
