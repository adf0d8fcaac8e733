import type { ClientFault } from '../../domain/domain-event.js';
import type { OAuthClient } from '../../persistence/oauth-clients.repository.js';

/** One text for whoever may be nobody: an unknown client, a wrong secret, a signature of somebody else. */
const NOBODY = 'The client is unknown, or what it proves itself with is wrong.';

/** Somebody did not prove to be the client. */
export class ClientRefused extends Error {
  /**
   * @param client whom the request was about, where there is such a client
   * @param description only for whoever has shown to hold a secret or a key of the client
   */
  constructor(
    readonly client: OAuthClient | undefined,
    readonly fault: ClientFault,
    description = NOBODY,
  ) {
    super(description);
    this.name = 'ClientRefused';
  }
}
