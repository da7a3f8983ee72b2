import type { FakeReply } from '../integration/fake-jvm.ts';

type Answers = Record<string, FakeReply>;

export const endless: number;
export const hostileWord: string;
export function fill(text: string, bytes: number): FakeReply;
export function worstAnswers(replyBoundsOf: (command: string) => { bytes: number }): Answers;
export function alwaysAnswer(reply: FakeReply): Answers;
export function hostileAnswers(): Answers;
