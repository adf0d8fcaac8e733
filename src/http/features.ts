import { LIMITS } from '../config/limits.js';
import { GroupType, type ResourceType, type ServiceProviderFeatures, UserType } from '../scim/index.js';

/** What is built, for the discovery documents: a client believes them, so nothing stands here before it works. */
export const RESOURCE_TYPES_SERVED: readonly ResourceType[] = [UserType, GroupType];

export const FEATURES: ServiceProviderFeatures = {
  patch: { supported: true },
  bulk: { supported: true, maxOperations: LIMITS.bulkOperations.value, maxPayloadSize: LIMITS.bulkPayloadBytes.value },
  filter: { supported: true, maxResults: 1000 },
  changePassword: { supported: false },
  sort: { supported: true },
  etag: { supported: true },
  pagination: {
    cursor: true,
    index: true,
    defaultPaginationMethod: 'index',
    defaultPageSize: 100,
    maxPageSize: 1000,
    cursorTimeout: 3600,
  },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Access token',
      description: 'An access token of Muster in the Authorization header: Bearer, a space, the token.',
      specUri: 'https://www.rfc-editor.org/info/rfc6750',
      primary: true,
    },
    {
      type: 'oauth2',
      name: 'OAuth 2.0 client credentials',
      description:
        'An access token for an hour, from the token endpoint that /.well-known/oauth-authorization-server names.',
      specUri: 'https://www.rfc-editor.org/info/rfc6749',
    },
  ],
};

/** Paths of the protocol that answer 501, with what to say. Whatever lies below them counts too. */
const NOT_BUILT: readonly { readonly path: string; readonly detail: string }[] = [
  {
    path: '/Me',
    detail: 'Muster does not serve /Me: an access token belongs to an identity provider, not to a person.',
  },
];

/** What to say of a path below the SCIM path that the protocol has and Muster has not. */
export function notBuilt(path: string): string | undefined {
  return NOT_BUILT.find((entry) => path === entry.path || path.startsWith(`${entry.path}/`))?.detail;
}
