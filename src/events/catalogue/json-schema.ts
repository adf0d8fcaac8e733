/** What JSON Schema draft 7 and 2020-12 have in common: AsyncAPI speaks the former, OpenAPI 3.1 the latter. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly (string | null)[];
  readonly const?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly $ref?: string;
}

type Properties = Readonly<Record<string, JsonSchema>>;

/** An object that has all of `required` and perhaps the others. It stays open: members may be added, and readers ignore them. */
export function record(required: Properties, optional: Properties = {}, description?: string): JsonSchema {
  return {
    type: 'object',
    ...(description && { description }),
    properties: { ...required, ...optional },
    ...(Object.keys(required).length > 0 && { required: Object.keys(required) }),
  };
}

/** An object of any members. */
export const anything = (description: string): JsonSchema => ({ type: 'object', description });
export const text = (description: string): JsonSchema => ({ type: 'string', description });
export const textOrNull = (description: string): JsonSchema => ({ type: ['string', 'null'], description });
export const wholeNumber = (description: string): JsonSchema => ({ type: 'integer', description });
export const id = (description: string): JsonSchema => ({ type: 'string', format: 'uuid', description });
export const idOrNull = (description: string): JsonSchema => ({
  type: ['string', 'null'],
  format: 'uuid',
  description,
});
export const time = (description: string): JsonSchema => ({ type: 'string', format: 'date-time', description });
export const always = (value: string, description: string): JsonSchema => ({
  type: 'string',
  const: value,
  description,
});
export const oneOf = (values: readonly string[], description: string): JsonSchema => ({
  type: 'string',
  enum: values,
  description,
});
export const listOf = (items: JsonSchema, description: string): JsonSchema => ({ type: 'array', items, description });

/** The names of what a change touched. */
export const changed = listOf({ type: 'string' }, 'Names of the attributes that changed.');
