import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditService } from './audit.service.js';
import { PlatformAuditController } from './platform-audit.controller.js';

/** The audit log. Expects the global modules of config, persistence and http. */
@Module({ controllers: [AuditController, PlatformAuditController], providers: [AuditService] })
export class AuditModule {}
