// The JSON schemas of what --format=json prints, made of the validators in src/model and of the docstrings beside them.
import { z } from 'zod';
import { allocatorList } from '../../dist/model/allocator-list.js';
import { countersFile } from '../../dist/model/counter-snapshot.js';
import { deadResult } from '../../dist/model/dead.js';
import { doctorResult } from '../../dist/model/doctor.js';
import { exploreFile, exploreSchemaVersion } from '../../dist/model/explore.js';
import { count } from '../../dist/model/figures.js';
import { fitFile } from '../../dist/model/fit.js';
import { guardReport } from '../../dist/model/guard.js';
import { histoFile } from '../../dist/model/inspection.js';
import { keptLooks, keptLooksVersion } from '../../dist/model/kept-looks.js';
import { libraryList } from '../../dist/model/library-list.js';
import { oomResult } from '../../dist/model/oom.js';
import { ownersResult } from '../../dist/model/owners.js';
import { currentResultFile, schemaVersion } from '../../dist/model/result.js';
import { surveyResult } from '../../dist/model/survey.js';
import { syscallsFile } from '../../dist/model/syscalls.js';
import { tendEvent } from '../../dist/model/tend.js';
import { trimResult } from '../../dist/model/trim.js';
import { describeFields } from './described-fields.mjs';
import { openProject } from './typed-docs.mjs';

/** A schema by the name of its file: the version of the result, who prints it, the validator, and the type with the docstrings. */
const results = {
  doctor: { version: 2, of: 'offheap doctor', validator: doctorResult, type: ['src/model/doctor.ts', 'DoctorResult'] },
  result: {
    version: schemaVersion,
    of: 'offheap repro and compare, and the raw result of guard',
    validator: currentResultFile,
    type: ['src/model/result.ts', 'ResultFile'],
  },
  survey: {
    version: 1,
    of: 'offheap doctor without a process',
    validator: surveyResult,
    type: ['src/model/survey.ts', 'SurveyResult'],
  },
  'after-oom': { version: 1, of: 'offheap doctor --after-oom', validator: oomResult, type: ['src/model/oom.ts', 'OomResult'] },
  'after-death': { version: 1, of: 'offheap doctor FILE', validator: deadResult, type: ['src/model/dead.ts', 'DeadResult'] },
  guard: { version: 1, of: 'offheap guard', validator: guardReport, type: ['src/model/guard.ts', 'GuardReport'] },
  fit: { version: 1, of: 'offheap fit', validator: fitFile, type: ['src/model/fit.ts', 'FitResult'] },
  counters: {
    version: 1,
    of: 'offheap counters',
    validator: countersFile,
    type: ['src/model/counter-snapshot.ts', 'CountersFile'],
  },
  histo: { version: 1, of: 'offheap histo', validator: histoFile, type: ['src/model/inspection.ts', 'HistoFile'] },
  owners: { version: 1, of: 'offheap owners', validator: ownersResult, type: ['src/model/owners.ts', 'OwnersResult'] },
  trim: { version: 1, of: 'offheap trim', validator: trimResult, type: ['src/model/trim.ts', 'TrimResult'] },
  tend: { version: 1, of: 'a line of offheap tend', validator: tendEvent, type: ['src/model/tend.ts', 'TendEvent'] },
  syscalls: { version: 1, of: 'offheap syscalls', validator: syscallsFile, type: ['src/model/syscalls.ts', 'SyscallsResult'] },
  looks: {
    version: keptLooksVersion,
    of: 'offheap export --keep-looks',
    validator: keptLooks,
    type: ['src/model/kept-looks.ts', 'KeptLooks'],
  },
  allocators: {
    version: 1,
    of: 'offheap allocators',
    validator: allocatorList,
    type: ['src/model/allocator-list.ts', 'AllocatorList'],
  },
  explore: {
    version: exploreSchemaVersion,
    of: 'offheap compare --explore',
    validator: exploreFile,
    type: ['src/model/explore.ts', 'ExploreResult'],
  },
  libs: { version: 1, of: 'offheap libs', validator: libraryList, type: ['src/model/library-list.ts', 'LibraryList'] },
};

/** Every schema as text, by its file. */
export function renderSchemas(root) {
  const project = openProject(root);
  try {
    return new Map(Object.entries(results).map(([name, result]) => [`schemas/${name}.json`, render(name, result, project)]));
  } finally {
    project.close();
  }
}

function render(name, { version, of, validator, type: [file, typeName] }, { checker, exportsOf }) {
  // A new field is an addition: `input` leaves objects open, so that a schema takes what a later version of offheap adds.
  const options = { target: 'draft-7', io: 'input', override: simplify };
  const { $schema, ...schema } = z.toJSONSchema(validator, options);
  describeFields(checker, checker.getDeclaredTypeOfSymbol(exportsOf(file).get(typeName)), schema);
  const head = {
    $schema,
    $id: `urn:offheap:schema:${name}:${version}`,
    title: `The result of ${of}, version ${version}`,
    description:
      'Bytes and milliseconds are numbers, shares are from 0 to 1. What was not measured is absent, and never 0. Fields may be added within a version.',
  };
  return `${JSON.stringify({ ...head, ...schema }, withSingleTypes, 2)}\n`;
}

/** Strict validators want no list of types, as it is made of a union. */
function withSingleTypes(_, value) {
  if (!Array.isArray(value?.type)) return value;
  const { type: types, ...others } = value;
  return { anyOf: types.map((type) => ({ type })), ...others };
}

/** What a validator checks by a function is told as a type; bounds that only keep out what was never measured, and a pattern for every leap year, are left out. */
function simplify({ zodSchema, jsonSchema }) {
  for (const bound of ['minimum', 'maximum']) if (Math.abs(jsonSchema[bound]) >= Number.MAX_SAFE_INTEGER) delete jsonSchema[bound];
  if (zodSchema === count) jsonSchema.type = 'integer';
  if (jsonSchema.format !== 'date-time') return;
  // No `format`: a strict validator refuses one that it was not taught.
  delete jsonSchema.format;
  jsonSchema.pattern = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$';
}
