import { doctorFile } from '../../model/doctor-file.ts';
import { OffheapError } from '../../model/errors.ts';
import { printableValues } from '../../model/printable.ts';
import { resultFile } from '../../model/result.ts';
import { commandOf, isObject } from '../../model/result-kinds.ts';
import { readableVersions } from '../../model/result-versions.ts';
import { quote } from '../../model/units.ts';
import { renderDoctorHtml } from '../../reporters/html/doctor-page.ts';
import { renderHtml } from '../../reporters/html/result-page.ts';
import { loadReportAssets } from './report-assets.ts';

/** The page of a result of any kind that has one. */
export function renderReport(read: unknown, input: string): string {
  const json = printableValues(read);
  const result = resultFile.safeParse(json);
  if (result.success) return renderHtml(result.data, { assets: loadReportAssets });
  const doctor = doctorFile.safeParse(json);
  if (doctor.success) return renderDoctorHtml(doctor.data, { assets: loadReportAssets }, json);
  const { error } = isObject(json) && 'evidence' in json ? doctor : result;
  const first = error.issues[0];
  const where = first && first.path.length > 0 ? `at ${first.path.join('.')}: ` : '';
  throw new OffheapError(
    'INVALID_FILE',
    `Expected a result of offheap ${supported(json)}, but ${quote(input)} is none (${otherKind(json) ?? `${where}${first?.message ?? 'not an object'}`}). Make one by: offheap repro --format=json --output=result.json`,
  );
}

const drawn = ['repro, compare or guard', 'doctor'];

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
  return isUnknown ? `in schema version ${readableVersions.join(' or ')}, not ${version}` : 'as JSON';
}
