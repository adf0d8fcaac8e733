import { EVENT_CATALOGUE, EVENT_TYPES, type EventType, TYPE_PREFIX } from '../events/catalogue/catalogue.js';
import { eventExample } from '../events/catalogue/event-schema.js';
import type { JsonSchema } from '../events/catalogue/json-schema.js';

const STYLE = `body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24 }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #d5dae0 }
pre { background: #f3f5f7; padding: 1rem; overflow-x: auto } code { font-family: ui-monospace, monospace; font-size: .9em }
section { margin-top: 3rem }`;

/**
 * The catalogue as a page of plain HTML, without a script.
 * @param documentUrl of the AsyncAPI document
 */
export function eventsPage(documentUrl: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Muster: events</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Events</h1>
<p>CloudEvents 1.0 in JSON, the same in the events API, the event stream, webhooks and the broker. For machines:
<a href="${escaped(documentUrl)}">AsyncAPI 3.0</a>.</p>
<table>
<tr><th>type</th><th>when</th></tr>
${EVENT_TYPES.map(row).join('\n')}
</table>
${EVENT_TYPES.map(section).join('\n')}
</body>
</html>
`;
}

function row(type: EventType): string {
  const name = escaped(type);
  return `<tr><td><a href="#${name}"><code>${name}</code></a></td><td>${escaped(EVENT_CATALOGUE[type].description)}</td></tr>`;
}

function section(type: EventType): string {
  const { title, description, subjectType, data } = EVENT_CATALOGUE[type];
  const members = membersOf(data, 'data');
  const table = `<table>\n<tr><th>member</th><th>type</th><th></th><th>what</th></tr>\n${members.join('\n')}\n</table>`;
  return `<section id="${escaped(type)}">
<h2>${escaped(title)}</h2>
<p><code>${escaped(TYPE_PREFIX + type)}</code>: ${escaped(description)} The subject is a ${escaped(subjectType.replace('_', ' '))}.</p>
${members.length > 0 ? table : '<p>No data.</p>'}
<pre><code>${escaped(JSON.stringify(eventExample(type), null, 2))}</code></pre>
</section>`;
}

function membersOf({ properties = {}, required = [] }: JsonSchema, path: string): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const own = `${path}.${name}`;
    const presence = required.includes(name) ? 'always' : 'sometimes';
    const cells = [`<code>${escaped(own)}</code>`, escaped(typeOf(schema)), presence, escaped(meaningOf(schema))];
    const inner = schema.items ? membersOf(schema.items, `${own}[]`) : membersOf(schema, own);
    return [`<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`, ...inner];
  });
}

function typeOf({ type, format }: JsonSchema): string {
  const names = [type ?? []].flat().join(' or ');
  return format ? `${names} (${format})` : names;
}

function meaningOf({ description = '', enum: values, const: value }: JsonSchema): string {
  const choices = values ?? (value === undefined ? [] : [value]);
  return choices.length > 0 ? `${description} One of: ${choices.join(', ')}.` : description;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
