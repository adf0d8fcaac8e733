import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditService } from './audit.service.js';

/** The audit log. Expects the global modules of config, persistence and http. */
@Module({ controllers: [AuditController], providers: [AuditService] })
export class AuditModule {}
