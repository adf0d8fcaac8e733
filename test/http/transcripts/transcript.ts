import { readdirSync, readFileSync } from 'node:fs';
import type { IdpName } from '../../../src/domain/idp-profile.js';
import { isList, isObject, type Json, type JsonObject } from '../../../src/scim/index.js';
import type { Method, ScimClient } from '../../support/app.js';
import { mismatches } from './expectation.js';

/** A file of test/transcripts: what one identity provider says, and what it must be answered. */
export interface Transcript {
  readonly idp: string;
  readonly source: string;
  readonly conversations: readonly Conversation[];
}
export interface Conversation {
  readonly title: string;
  readonly profile: IdpName;
  /** On every request of the conversation. */
  readonly headers: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}
export interface Step {
  readonly title: string;
  /** Where it is written that the request looks so, or that the answer must. */
  readonly ref: string;
  readonly send: {
    readonly method: Method;
    /** Below the SCIM path, as it goes over the wire; `{{name}}` stands for a value saved before. */
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: JsonObject;
  };
  readonly expect: { readonly status: number; readonly headers?: JsonObject; readonly body?: JsonObject };
  /** Names for values of the answer: `{"user": "id"}`, `{"version": "meta.version"}`. */
  readonly save?: Readonly<Record<string, string>>;
}

const FOLDER = new URL('../../transcripts/', import.meta.url);

export function transcripts(): readonly Transcript[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Transcript);
}

/** Plays a conversation to its end. @throws an Error that names the step, its source and all that is wrong with the answer */
export async function replay({ headers, steps }: Conversation, client: ScimClient): Promise<void> {
  const saved = new Map<string, string>();
  for (const [index, step] of steps.entries()) {
    const { method, path, body, headers: own } = step.send;
    const sent = body === undefined ? undefined : (filledIn(body, saved) as JsonObject);
    const answer = await client.call(method, filledText(path, saved), sent, { ...headers, ...own });
    const expected = filledIn({ ...step.expect }, saved);
    const wrong = mismatches(
      expected,
      { status: answer.status, headers: answer.headers as JsonObject, body: answer.json },
      'answer',
    );
    if (wrong.length > 0) {
      throw new Error(`Step ${index + 1}, "${step.title}" (${step.ref}):\n${wrong.join('\n')}\n${answer.text}`);
    }
    for (const [name, at] of Object.entries(step.save ?? {})) saved.set(name, valueAt(answer.json, at));
  }
}

function filledIn(value: Json, saved: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return filledText(value, saved);
  if (isList(value)) return value.map((each) => filledIn(each, saved));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filledIn(each, saved)]));
}

function filledText(text: string, saved: ReadonlyMap<string, string>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = saved.get(name);
    if (value === undefined) throw new Error(`Nothing was saved as ${name}.`);
    return value;
  });
}

function valueAt(body: JsonObject, path: string): string {
  const value = path.split('.').reduce<Json | undefined>((at, name) => (isObject(at) ? at[name] : undefined), body);
  if (typeof value !== 'string') throw new Error(`The answer has no text at ${path}.`);
  return value;
}
