import { z } from 'zod';
import { OffheapError } from '../model/errors.ts';
import { quote } from '../model/units.ts';
import { largestPid } from '../parse/proc-fields.ts';

/** Node's timers take 2³¹ − 1 ms at most, and run at once for more. */
const longestTimerMs = 2 ** 31 - 1;
const longestShown = 80;

export const pidArgument = z.int().min(1).max(largestPid);
export const duration = z.number().min(0).max(longestTimerMs);
export const abortSignal = z.custom<AbortSignal>((value) => value instanceof AbortSignal, 'an AbortSignal');

/** A callback; what it is called with is for the compiler to check. */
export function callback<Callback extends (...args: never[]) => unknown>(): z.ZodCustom<Callback, Callback> {
  return z.custom<Callback>((value) => typeof value === 'function', 'a function');
}

/** @throws TypeError that names the argument, what was expected and what was found */
export function checkArgument<Schema extends z.ZodType>(name: string, value: unknown, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = innermost(parsed.error.issues);
  throw new TypeError(sentence(name, value, issue));
}

/**
 * Runs a parser of the command line on an argument: what it refuses is a TypeError here, which names the argument where the parser names its option.
 *
 * @param names options → arguments
 */
export function parseArgument<Value>(names: Readonly<Record<string, string>>, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof OffheapError) || error.code !== 'USAGE') throw error;
    const message = Object.entries(names).reduce((text, [option, name]) => text.replaceAll(option, name), error.message);
    throw new TypeError(message, { cause: error });
  }
}

type Issue = z.core.$ZodIssue;

/** Of a union, the issue of the member that got furthest; an object of the wrong shape says more than "none of these". */
function innermost([first, ...others]: readonly Issue[]): Issue {
  const issue = first as Issue;
  if (others.length > 0 || issue.code !== 'invalid_union') return issue;
  const members = issue.errors.map((issues) => innermost(issues)).toSorted((a, b) => b.path.length - a.path.length);
  const deepest = members[0];
  return deepest && deepest.path.length > 0 ? { ...deepest, path: [...issue.path, ...deepest.path] } : issue;
}

function sentence(name: string, value: unknown, issue: Issue): string {
  const where = [name, ...issue.path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') return `Expected ${where} to have no ${quote(issue.keys[0] ?? '')}.`;
  return `Expected ${where} to be ${expectedBy(issue)}, got ${describe(valueAt(value, issue.path))}.`;
}

function expectedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return nounOf(issue.expected);
    case 'too_small':
      return issue.origin === 'array' ? 'a list that is not empty' : `a number of at least ${issue.minimum}`;
    case 'too_big':
      return `a number of at most ${issue.maximum}`;
    case 'invalid_value':
      return issue.values.map(describe).join(' or ');
    default:
      return issue.message;
  }
}

function nounOf(type: string): string {
  if (type === 'int') return 'a whole number';
  if (type === 'array') return 'a list';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

function describe(value: unknown): string {
  if (typeof value === 'string') return quote(value.length > longestShown ? `${value.slice(0, longestShown)}…` : value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
