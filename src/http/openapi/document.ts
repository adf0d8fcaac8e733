import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { MANAGEMENT_PATH } from '../management-path.js';
import { BEARER, PLATFORM_BEARER } from '../route.js';
import { ScimReply } from '../scim-reply.js';
import { TOKEN_PATH } from '../token-path.js';
import { componentSchemas } from './components.js';
import { describeOperation } from './describe-operation.js';
import { OPERATIONS } from './operations.js';
import { completeProblems, PROBLEM_SCHEMA } from './problem-answers.js';
import { describeRateLimits } from './rate-limit-answers.js';

const DESCRIPTION = `Muster is a SCIM 2.0 service provider: an identity provider pushes people and groups to
it.

Press **Authorize** and paste an access token; it stays in this browser. Every answer carries \`X-Request-Id\`, and an error
of SCIM has exactly \`schemas\`, \`status\`, \`detail\` and, where the protocol has a word for it, \`scimType\`. Below
\`/api/v1\` is the management API: plain JSON, errors as problem details (RFC 9457).

Every answer of a route with a rate limit carries \`RateLimit\` and \`RateLimit-Policy\` (draft-ietf-httpapi-ratelimit-headers),
unless the operator switched the limits off.`;

/**
 * The OpenAPI document: paths, methods and scopes from the controllers; everything else of SCIM from the tables beside this
 * file, of the management API from its controllers and classes.
 * @param url where the server is, without a slash at the end, or `/` for wherever the document came from
 */
export function openApiDocument(app: INestApplication, url: string): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, frame(url), { operationIdFactory: operationId });
  for (const [path, item] of Object.entries(document.paths)) completeItem(path, item);
  // The build notes what controllers return; for those of SCIM the tables say it better.
  const { [ScimReply.name]: _, ...ofClasses } = document.components?.schemas ?? {};
  const schemas = { ...ofClasses, ...componentSchemas(), Problem: PROBLEM_SCHEMA };
  return { ...document, components: { ...document.components, schemas: schemas as never } };
}

/** `UsersController.create` → `users.create`. */
function operationId(controller: string, method: string): string {
  const name = controller.replace(/Controller$/, '');
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}.${method}`;
}

function frame(url: string): Omit<OpenAPIObject, 'paths'> {
  return new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Muster')
    .setDescription(DESCRIPTION)
    .setVersion('2')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer(url)
    .addTag('Users', 'People, as identity providers push them (RFC 7644 §3).')
    .addTag('Groups', 'Teams, as identity providers push their groups (RFC 7644 §3).')
    .addTag('Bulk', 'Several operations in one request (RFC 7644 §3.7).')
    .addTag('Search', 'Queries of all resource types (RFC 7644 §3.4.2.1).')
    .addTag('Teams', 'Teams as an admin sees them: who is in them and why, which groups are linked, what is granted.')
    .addTag('Members', 'People and who manages them: search, provenance, linking, access, erasure.')
    .addTag('Adoption', 'Members whom an identity provider wants to take over, for an admin to decide.')
    .addTag('Platform', 'All tenants, for those who run the installation; needs the platform token.')
    .addTag('Tenant', 'The own tenant and its settings.')
    .addTag('Connections', 'Identity providers: which there are, how each is set up, how it does.')
    .addTag('Service accounts', 'Who may be given access tokens: scopes, networks, tokens, secrets, keys, identities.')
    .addTag('OAuth', 'Access tokens for clients that prove who they are (RFC 6749, RFC 7523, RFC 8414).')
    .addTag('Audit', 'Who did what and when, with proof that nobody edited it.')
    .addTag('Events', 'What changed, in order, for other services; `/docs/events` lists the types.')
    .addTag('Discovery', 'What the server can do; needs no token (RFC 7644 §4).')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An access token of Muster.' }, BEARER)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The platform token.' }, PLATFORM_BEARER)
    .build();
}

type PathItem = OpenAPIObject['paths'][string];

/** A path's operations get what the table says of them; a public one says so, because the default would be any token. */
function completeItem(path: string, item: PathItem): void {
  for (const method of ['get', 'put', 'post', 'delete', 'patch'] as const) {
    const operation = item[method];
    if (operation === undefined) continue;
    const described = OPERATIONS[operation.operationId ?? ''];
    if (described) Object.assign(operation, describeOperation(described), { security: operation.security ?? [] });
    else if (path !== `/${TOKEN_PATH}`)
      completeProblems(operation, { repeatable: method === 'post' && path.startsWith(`/${MANAGEMENT_PATH}/`) });
    operation.security ??= [];
    describeRateLimits(operation);
  }
}
