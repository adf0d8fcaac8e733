import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** Half of a key pair that signs, and how its other half is told to others. */
export interface Signer {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK & { readonly kty: string };
  readonly alg: string;
}

export async function signer(alg = 'ES256', kid = 'key-1'): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid } as Signer['publicJwk'];
  return { privateKey, publicJwk, alg };
}

/** A JWT of these claims as they are. */
export function signed({ privateKey, publicJwk, alg }: Signer, claims: JWTPayload): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg, kid: String(publicJwk.kid) }).sign(privateKey);
}

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

/** An issuer of workload identities on a port of its own, with a discovery document and its keys. */
export class TestIssuer {
  /** Paths in the order in which they were asked for. */
  readonly asked: string[] = [];
  keys: JWK[] = [];
  /** How it answers a path instead. */
  readonly replies = new Map<string, Reply>();

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const path = request.url ?? '';
      this.asked.push(path);
      const { status, headers, body } = this.replies.get(path) ?? this.usual(path);
      response.writeHead(status, headers).end(body);
    });
  }

  static async open(): Promise<TestIssuer> {
    const server = createServer();
    await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
    return new TestIssuer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private usual(path: string): Reply {
    const documents: Record<string, object> = {
      '/.well-known/openid-configuration': { issuer: this.url, jwks_uri: `${this.url}/keys` },
      '/keys': { keys: this.keys },
    };
    const document = documents[path];
    return document ? { status: 200, body: JSON.stringify(document) } : { status: 404, body: '' };
  }
}
