import { ValidationPipe } from '@nestjs/common';
import { type Mistake, Problem } from './problem.js';

/** As much of class-validator's report as is told on. */
interface Report {
  readonly property: string;
  readonly constraints?: Readonly<Record<string, string>>;
  readonly children?: readonly Report[];
}

/** A body may have a hundred thousand wrong names; nobody reads so many. */
const MOST_MISTAKES = 50;
const SHOWN_LENGTH = 200;

/** Holds bodies and queries against the class of their parameter; what the class does not name is a mistake, not ignored. */
export const REQUEST_VALIDATION = new ValidationPipe({
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  transform: true,
  validationError: { target: false, value: false },
  exceptionFactory: (reports) =>
    new Problem(
      422,
      'The request has mistakes.',
      reports.flatMap((report) => mistakesOf(report)).slice(0, MOST_MISTAKES),
    ),
});

function mistakesOf({ property, constraints = {}, children = [] }: Report, parent = ''): Mistake[] {
  const field = shown(parent === '' ? property : `${parent}.${property}`);
  const own = Object.values(constraints).map((text) => ({ field, detail: shown(text) }));
  return [...own, ...children.flatMap((child) => mistakesOf(child, field))];
}

function shown(text: string): string {
  return text.slice(0, SHOWN_LENGTH);
}
