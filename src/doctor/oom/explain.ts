import type { OomResult } from '../../model/oom.ts';
import { fixesAfter, type Traces } from './fixes.ts';
import { noteOom } from './notes.ts';
import { describeOom, type OomFacts } from './verdict.ts';

/** What the witnesses say, in sentences, and what to do. */
export function explainFacts(facts: OomFacts, traces: Traces): Pick<OomResult, 'outcome' | 'verdict' | 'notes' | 'fixes'> {
  const { outcome, verdict } = describeOom(facts);
  return { outcome, verdict, notes: noteOom(facts), fixes: fixesAfter(outcome, facts, traces) };
}
