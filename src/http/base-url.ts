import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { SCIM_PATH } from './scim-path.js';

/**
 * Where clients reach this server. It comes from the configuration, never from a request: a Host header is the client's
 * word, and links built from it would be stored by other clients.
 */
@Injectable()
export class BaseUrl {
  private origin: string;

  constructor(@Inject(CONFIG) private readonly config: Config) {
    this.origin = config.publicUrl ?? `http://localhost:${config.port}`;
  }

  /** The port is known late when the operating system chose it. */
  listensOn(port: number): void {
    this.origin = this.config.publicUrl ?? `http://localhost:${port}`;
  }

  /** Without a slash at the end. */
  get root(): string {
    return this.origin;
  }

  /** Base of all SCIM URLs, without a slash at the end. */
  get scim(): string {
    return `${this.origin}/${SCIM_PATH}`;
  }
}
