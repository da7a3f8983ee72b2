import { type DoctorFile, doctorFile } from '../../model/doctor-file.ts';
import { OffheapError } from '../../model/errors.ts';
import { type OwnersResult, ownersResult } from '../../model/owners.ts';
import { printableValues } from '../../model/printable.ts';
import { type ResultFile, resultFile } from '../../model/result.ts';
import { commandOf, isObject } from '../../model/result-kinds.ts';
import { readableVersions } from '../../model/result-versions.ts';
import { quote } from '../../model/units.ts';
import { toolVersion } from '../../process/tool-version.ts';
import { renderDoctorComparison } from '../../reporters/html/doctor-comparison.ts';
import { renderDoctorHtml } from '../../reporters/html/doctor-page.ts';
import { renderOwnersHtml } from '../../reporters/html/owners-page.ts';
import { renderHtml } from '../../reporters/html/result-page.ts';
import { compareOwners } from '../../stats/owner-growth.ts';
import { withDecision } from '../../stats/summary.ts';
import { loadReportAssets } from './report-assets.ts';

const inWords = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** A file that was read as JSON, and its path for messages. */
export interface ReadFile {
  json: unknown;
  path: string;
}

type Recognised =
  | { kind: 'result'; result: ResultFile }
  | { kind: 'doctor'; result: DoctorFile; whole: unknown }
  | { kind: 'owners'; result: OwnersResult; whole: unknown };

/** As `offheap owners` lists by itself. */
const ownersListed = 20;
const options = { assets: loadReportAssets };
/** A result of `owners` does not say what wrote it. */
const ownersOptions = { ...options, tool: { name: 'offheap', version: toolVersion }, top: ownersListed };

/** The page of a result of any kind that has one. @throws OffheapError INVALID_FILE */
export function renderReport(file: ReadFile): string {
  const recognised = recognise(file);
  if (recognised.kind === 'result') return renderHtml(recognised.result, options);
  return recognised.kind === 'doctor'
    ? renderDoctorHtml(recognised.result, options, recognised.whole)
    : renderOwnersHtml(recognised.result, ownersOptions, recognised.whole);
}

/** The page of two results of the doctor, or of owners. @throws OffheapError INVALID_FILE for two of any other kind, or of two kinds */
export function renderComparison(before: ReadFile, after: ReadFile): string {
  const [first, second] = [recognise(before), recognise(after)];
  if (first.kind === 'doctor' && second.kind === 'doctor') {
    const files = { before: first.whole, after: second.whole };
    return renderDoctorComparison({ before: first.result, after: second.result, files }, options);
  }
  if (first.kind === 'owners' && second.kind === 'owners') {
    const compared = { ...second.result, baseline: compareOwners(first.result, second.result) };
    return renderOwnersHtml(compared, ownersOptions);
  }
  const single = [before, after].find((_, index) => [first, second][index]?.kind === 'result');
  if (single) {
    throw new OffheapError(
      'INVALID_FILE',
      `Expected two results of offheap doctor, or two of owners, but ${quote(single.path)} is one of offheap ${commandOf(single.json)}: a result of compare has all of its configurations on one page. Draw it alone: offheap report ${quote(single.path)}`,
    );
  }
  throw new OffheapError(
    'INVALID_FILE',
    `Expected two results of one command, but ${quote(before.path)} is one of offheap ${first.kind}, and ${quote(after.path)} of offheap ${second.kind}.`,
  );
}

function recognise({ json: read, path }: ReadFile): Recognised {
  const json = printableValues(read);
  const result = resultFile.safeParse(json);
  if (result.success) return { kind: 'result', result: withDecision(result.data) };
  const doctor = doctorFile.safeParse(json);
  if (doctor.success) return { kind: 'doctor', result: doctor.data, whole: json };
  const owners = ownersResult.safeParse(json);
  if (owners.success) return { kind: 'owners', result: owners.data, whole: json };
  const { error } = commandOf(json) === 'owners' ? owners : isObject(json) && 'evidence' in json ? doctor : result;
  const first = error.issues[0];
  const where = first && first.path.length > 0 ? `at ${first.path.join('.')}: ` : '';
  throw new OffheapError(
    'INVALID_FILE',
    `Expected a result of offheap ${supported(json)}, but ${quote(path)} is none (${otherKind(json) ?? `${where}${first?.message ?? 'not an object'}`}). Make one by: offheap repro --format=json --output=result.json`,
  );
}

const drawn = ['repro, compare or guard', 'doctor', 'owners'];

/** A file of another command is no damaged result. */
function otherKind(json: unknown): string | undefined {
  const command = commandOf(json);
  return command === undefined || drawn.includes(command)
    ? undefined
    : `this is a result of offheap ${command}, which report does not draw`;
}

function supported(json: unknown): string {
  const version = isObject(json) ? json['schemaVersion'] : undefined;
  const isUnknown = typeof version === 'number' && !(readableVersions as readonly number[]).includes(version);
  return isUnknown ? `in schema version ${inWords.format(readableVersions.map(String))}, not ${version}` : 'as JSON';
}
