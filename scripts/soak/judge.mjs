// What a soak shows: first and last fifth of the cycles after a warm-up, by their medians.
import { median } from 'simple-statistics';

const MiB = 1024 * 1024;
/** A JVM compiles and node optimises for a while: cycles before this share of the time are not compared. */
const warmUp = 0.2;

/** The most by which each may grow. */
const limits = {
  rssOfMeter: { title: "RSS of the meter's own mappings", limit: 64 * 1024 },
  doctorHeap: { title: "JavaScript heap of the doctor's process, collected", limit: 4 * MiB },
  doctorExternal: { title: "buffers of the doctor's process", limit: 1 * MiB },
  doctorRss: { title: "RSS of the doctor's process", limit: 24 * MiB },
  handles: { title: "open resources of the doctor's process", limit: 2 },
  descriptors: { title: "open descriptors of the doctor's process", limit: 2 },
  difference: { title: "glibc's live bytes by the inspector, minus the meter's", limit: 1 * MiB },
  liveUsableBytes: { title: 'live bytes after the GC, by the meter', limit: 8 * MiB },
  rssOfProgram: { title: 'RSS of the JVM after the GC', limit: undefined },
  mappings: { title: 'mappings of the JVM', limit: undefined },
};

export function judge({ minutes, samples: all, doctor, exitStatus }) {
  const samples = all.map((sample) => ({ ...sample, difference: sample.glibcLiveBytes - sample.liveUsableBytes }));
  const warm = samples.slice(Math.floor(samples.length * warmUp));
  const fifth = Math.max(1, Math.floor(warm.length / 5));
  const rows = Object.entries(limits).map(([name, { title, limit }]) => {
    const first = median(warm.slice(0, fifth).map((sample) => sample[name]));
    const last = median(warm.slice(-fifth).map((sample) => sample[name]));
    return { name, title, limit, first, last, growth: last - first };
  });
  const problems = rows
    .filter(({ limit, growth, name }) => limit !== undefined && (name === 'difference' ? Math.abs(growth) : growth) > limit)
    .map(({ title, growth, limit }) => `${title} changed by ${growth}, more than ${limit}.`);
  if (exitStatus !== 0) problems.push(`the program ended with ${exitStatus}.`);
  if (doctor.failures > 0) problems.push(`the doctor failed ${doctor.failures} times of ${doctor.looks + doctor.failures}.`);
  if (samples.length < 10) problems.push(`only ${samples.length} cycles: too few to tell growth.`);
  const streams = samples.reduce((sum, sample) => sum + sample.streams, 0);
  return { minutes, cycles: samples.length, streams, ...doctor, rows, problems };
}

const format = (name, value) => (/mappings|handles|descriptors/.test(name) ? String(value) : `${(value / MiB).toFixed(2)} MiB`);

export function report({ minutes, cycles, streams, looks, failures, rows, problems }) {
  const lines = rows.map(({ name, title, limit, first, last, growth }) =>
    [title, format(name, first), format(name, last), format(name, growth), limit === undefined ? '' : format(name, limit)].join(
      ' | ',
    ),
  );
  return [
    `${minutes} minutes, ${cycles} cycles of scan and GC, ${streams} Inflaters that nobody ended; the doctor looked ${looks} times and failed ${failures} times.`,
    '',
    'Medians of the first and of the last fifth of the cycles, after the first fifth of the time.',
    '',
    '| | first | last | change | at most |',
    '|---|---:|---:|---:|---:|',
    ...lines.map((line) => `| ${line} |`),
    '',
    problems.length === 0 ? 'Nothing grew.' : `**Problems:** ${problems.join(' ')}`,
    '',
  ].join('\n');
}
