import type { IdpName } from '../../domain/idp-profile.js';
import type { Guide } from './guide.js';
import { authentik } from './guides/authentik.js';
import { entra } from './guides/entra.js';
import { generic } from './guides/generic.js';
import { google } from './guides/google.js';
import { jumpcloud } from './guides/jumpcloud.js';
import { keycloak } from './guides/keycloak.js';
import { okta } from './guides/okta.js';
import { oktaCustom } from './guides/okta-custom.js';
import { onelogin } from './guides/onelogin.js';
import { ping } from './guides/ping.js';
import { rippling } from './guides/rippling.js';
import { strict } from './guides/strict.js';

/** One for each profile: a profile without a guide does not compile. */
export const GUIDES: Readonly<Record<IdpName, Guide>> = {
  generic,
  okta,
  'okta-custom': oktaCustom,
  entra,
  jumpcloud,
  onelogin,
  ping,
  keycloak,
  authentik,
  google,
  rippling,
  strict,
};
