import { Module } from '@nestjs/common';
import { TenantsService } from './tenants.service.js';

/** Tenants, connections, service accounts and tokens. Expects the global modules of config and persistence. */
@Module({ providers: [TenantsService], exports: [TenantsService] })
export class TenantsModule {}
