import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LENIENT } from '../../../../src/scim/dialect.js';
import type { JsonObject } from '../../../../src/scim/json.js';
import { applyPatch } from '../../../../src/scim/patch/apply.js';
import { parsePatch } from '../../../../src/scim/patch/parser.js';
import { UserType } from '../../../../src/scim/schema/resource-types.js';
import { ScimError } from '../../../../src/scim/scim-error.js';
import { URN } from '../../../../src/scim/urns.js';

interface Email {
  value: string;
  type: string;
  primary?: boolean;
}

/** The user as a handful of cells that are changed in place: as unlike the engine as can be. */
class Model {
  readonly scalars = new Map<string, string>([['userName', 'u']]);
  emails: Email[] = [];

  resource(): JsonObject {
    const name = this.scalars.get('name.givenName');
    return {
      schemas: [URN.user],
      userName: this.scalars.get('userName')!,
      ...(name !== undefined && { name: { givenName: name } }),
      ...(this.scalars.has('title') && { title: this.scalars.get('title')! }),
      ...(this.emails.length > 0 && { emails: this.emails.map((email) => ({ ...email })) }),
    };
  }

  add(email: Email): void {
    let target = this.emails.find(({ value, type }) => value === email.value && type === email.type);
    if (target) Object.assign(target, email);
    else {
      target = { ...email };
      this.emails.push(target);
    }
    if (email.primary) this.onlyPrimary(target);
  }

  onlyPrimary(target: Email): void {
    for (const each of this.emails) if (each !== target && each.primary) each.primary = false;
  }
}

/** What one operation looks like on the wire, and what it does to the model; `false` says that it is refused. */
interface Step {
  readonly wire: object;
  readonly run: (model: Model) => boolean;
}

const value = fc.constantFrom('a', 'b', 'c');
const type = fc.constantFrom('work', 'home', 'other');
const email: fc.Arbitrary<Email> = fc.record(
  { value, type, primary: fc.boolean() },
  { requiredKeys: ['value', 'type'] },
);
const emails = fc
  .uniqueArray(email, { maxLength: 3, selector: (each) => `${each.type} ${each.value}` })
  .filter((list) => list.filter(({ primary }) => primary).length <= 1);
const scalar = fc.constantFrom('userName', 'title', 'name.givenName');
const assign = fc.constantFrom('add', 'replace');

const setScalar = fc.tuple(assign, scalar, fc.option(value)).map(
  ([op, path, given]): Step => ({
    wire: { op, path, value: given },
    run: ({ scalars }) => {
      if (given !== null) scalars.set(path, given);
      else if (path === 'userName') return false;
      else scalars.delete(path);
      return true;
    },
  }),
);

const removeScalar = scalar.map(
  (path): Step => ({
    wire: { op: 'remove', path },
    run: ({ scalars }) => {
      scalars.delete(path);
      return path !== 'userName';
    },
  }),
);

const addEmails = emails.map(
  (list): Step => ({
    wire: { op: 'add', path: 'emails', value: list },
    run: (model) => {
      for (const each of list) model.add(each);
      return true;
    },
  }),
);

const replaceEmails = emails.map(
  (list): Step => ({
    wire: { op: 'replace', value: { emails: list } },
    run: (model) => {
      model.emails = list.map((each) => ({ ...each }));
      return true;
    },
  }),
);

const removeListed = emails.map(
  (list): Step => ({
    wire: { op: 'remove', path: 'emails', value: list },
    run: (model) => {
      model.emails = model.emails.filter(
        (one) => !list.some((each) => each.value === one.value && each.type === one.type),
      );
      return true;
    },
  }),
);

const removeSelected = type.map(
  (selected): Step => ({
    wire: { op: 'remove', path: `emails[type eq "${selected}"]` },
    run: (model) => {
      model.emails = model.emails.filter((one) => one.type !== selected);
      return true;
    },
  }),
);

const setSelected = fc.tuple(assign, type, value).map(
  ([op, selected, given]): Step => ({
    wire: { op, path: `emails[type eq "${selected}"].value`, value: given },
    run: (model) => {
      const hits = model.emails.filter((one) => one.type === selected);
      for (const hit of hits) hit.value = given;
      if (hits.length === 0 && op === 'add') model.emails.push({ type: selected, value: given });
      return hits.length > 0 || op === 'add';
    },
  }),
);

const makePrimary = value.map(
  (selected): Step => ({
    wire: { op: 'replace', path: `emails[value eq "${selected}"].primary`, value: true },
    run: (model) => {
      const [first, ...rest] = model.emails.filter((one) => one.value === selected);
      if (!first) return false;
      first.primary = true;
      for (const each of rest) each.primary = true;
      model.onlyPrimary(first);
      return true;
    },
  }),
);

const step = fc.oneof(
  setScalar,
  removeScalar,
  addEmails,
  replaceEmails,
  removeListed,
  removeSelected,
  setSelected,
  makePrimary,
);

function frozen<T>(json: T): T {
  if (typeof json === 'object' && json !== null) {
    Object.values(json).forEach(frozen);
    Object.freeze(json);
  }
  return json;
}

function run(resource: JsonObject, wire: readonly object[]): JsonObject | 'refused' {
  try {
    const operations = parsePatch(frozen({ schemas: [URN.patchOp], Operations: wire }), UserType, LENIENT, new Set());
    return applyPatch(resource, operations, UserType, LENIENT, new Set()).resource;
  } catch (error) {
    if (error instanceof ScimError) return 'refused';
    throw error;
  }
}

/** Elements that an operation made equal by (type, value) are told apart by no rule, so such runs end there. */
const hasTwins = ({ emails: list }: Model) => new Set(list.map((one) => `${one.type} ${one.value}`)).size < list.length;

it('any sequence of requests leaves what a simple model says, and a refused request leaves all as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), (requests) => {
      let model = new Model();
      let resource = frozen(model.resource());
      for (const request of requests) {
        const next = Object.assign(new Model(), {
          scalars: new Map(model.scalars),
          emails: model.emails.map((one) => ({ ...one })),
        });
        let accepted = true;
        for (const each of request) {
          accepted = each.run(next);
          if (!accepted || hasTwins(next)) break;
        }
        if (accepted && hasTwins(next)) return;
        const result = run(
          resource,
          request.map(({ wire }) => wire),
        );
        if (!accepted) {
          expect(result).toBe('refused');
          continue;
        }
        expect(result).toEqual(next.resource());
        model = next;
        resource = frozen(result as JsonObject);
      }
    }),
    { numRuns: 400 },
  );
});

it('any JSON at all is patched or refused, and nothing else happens', () => {
  const path = fc.oneof(
    fc.constantFrom('emails', 'name', 'emails[type eq "a"]', 'emails[type eq "a"].value', 'manager', 'active'),
    fc.string(),
  );
  const op = fc.oneof(fc.constantFrom('add', 'replace', 'remove'), fc.string());
  const key = fc.oneof(path, fc.constantFrom('value', 'type', '__proto__', URN.enterpriseUser));
  const { json } = fc.letrec<{ json: unknown }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, 'a', '', 1, 'True'),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(key, tie('json'), { maxKeys: 3 }),
    ),
  }));
  const operation = fc.record({ op, path, value: json }, { requiredKeys: ['op'] });
  const start = frozen<JsonObject>({ schemas: [URN.user], userName: 'u', emails: [{ value: 'v', type: 'a' }] });
  fc.assert(
    fc.property(fc.array(fc.oneof(operation, json), { maxLength: 3 }), (operations) => {
      const result = run(start, operations as object[]);
      if (result !== 'refused') expect(run(result, [{ op: 'replace', value: {} }])).toEqual(result);
    }),
    { numRuns: 500 },
  );
});
