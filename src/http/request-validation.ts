import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import { type Mistake, Problem } from './problem.js';

/** As much of class-validator's report as is told on. */
interface Report {
  readonly property: string;
  readonly constraints?: Readonly<Record<string, string>>;
  readonly children?: readonly Report[];
}

/** Nobody reads more. */
const MOST_MISTAKES = 50;
const SHOWN_LENGTH = 200;

/** Values in a request, inner ones included; the time that validation takes grows with their square. */
const MOST_VALUES = 1000;

/** Holds bodies and queries against the class of their parameter; what the class does not name is a mistake, not ignored. */
class RequestValidation extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      validationError: { target: false, value: false },
      exceptionFactory: (reports) => {
        const mistakes = reports.flatMap((report) => mistakesOf(report));
        return new Problem(422, 'The request has mistakes.', mistakes.slice(0, MOST_MISTAKES));
      },
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (valuesIn(value, MOST_VALUES) > MOST_VALUES) {
      throw new Problem(422, `The request has more than ${MOST_VALUES} values.`, []);
    }
    const read: unknown = await super.transform(value, metadata);
    // An id in a path that no text can have is an id of nothing, and answered so.
    const mistakes = metadata.type === 'param' ? [] : unstorableIn(value, metadata.data ?? '');
    if (mistakes.length > 0) throw new Problem(422, 'The request has mistakes.', mistakes.slice(0, MOST_MISTAKES));
    return read;
  }
}

export const REQUEST_VALIDATION = new RequestValidation();

/** Counts no further than a little past `most`. JSON is not deeper than its limit, so neither is this. */
function valuesIn(value: unknown, most: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value);
  let count = inner.length;
  for (let index = 0; index < inner.length && count <= most; index++) count += valuesIn(inner[index], most - count);
  return count;
}

/** What PostgreSQL takes in no text: NUL, and halves of a surrogate pair. No class has to say so of each property. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

function unstorableIn(value: unknown, field: string): Mistake[] {
  if (typeof value === 'string') {
    return UNSTORABLE.test(value) ? [{ field: shown(field), detail: 'has a character that no text can have' }] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...unstorableIn(name, field),
    ...unstorableIn(inner, field === '' ? name : `${field}.${name}`),
  ]);
}

function mistakesOf({ property, constraints = {}, children = [] }: Report, parent = ''): Mistake[] {
  const field = shown(parent === '' ? property : `${parent}.${property}`);
  const own = Object.values(constraints).map((text) => ({ field, detail: shown(text) }));
  return [...own, ...children.flatMap((child) => mistakesOf(child, field))];
}

function shown(text: string): string {
  return text.slice(0, SHOWN_LENGTH);
}
