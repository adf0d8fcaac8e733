import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { EVENT_TYPES, TYPE_PREFIX } from '../../src/events/catalogue/catalogue.js';
import { eventSchema } from '../../src/events/catalogue/event-schema.js';

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true, validateFormats: false });
const validators = new Map<string, ValidateFunction>(
  EVENT_TYPES.map((type) => [`${TYPE_PREFIX}${type}`, ajv.compile(closed(eventSchema(type)))]),
);

/** What of an event is not as the catalogue says: also whatever it does not name. Empty when all is well. */
export function eventFaults(event: unknown): readonly string[] {
  const { type } = event as { readonly type: string };
  const validate = validators.get(type);
  if (!validate) return [`${type} is not in the catalogue`];
  validate(event);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${type} ${instancePath} ${message}`);
}

/** Readers have to take members that are new; a test is told of them. Objects without properties hold anything. */
function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  const isRecord = 'properties' in schema && 'type' in schema;
  return (isRecord ? { ...inner, additionalProperties: false } : inner) as T;
}
