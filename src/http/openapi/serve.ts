import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../../config/config.js';

export function serveOpenApi(_app: NestFastifyApplication, _config: Config): void {}
