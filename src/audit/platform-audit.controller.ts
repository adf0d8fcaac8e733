import { Get, Param, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { DomainException } from '../domain/domain-error.js';
import type { Actor } from '../domain/domain-event.js';
import { ApiErrors, IdOf, ManagementController, OfPlatform, type PlatformCall } from '../http/management.js';
import { RequiresPlatform } from '../http/route.js';
import { TenantsRepository } from '../persistence/tenants.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { AuditService } from './audit.service.js';
import { AuditExportQuery } from './dto/audit.dto.js';
import { exportFile } from './export-file.js';

const OPERATOR: Actor = { type: 'operator', id: null, connectionId: null, tokenId: null };

/** `/api/v1/tenants/:id/audit`: for whoever is about to remove a tenant, whose own tokens are refused by then. */
@ApiTags('Platform')
@ManagementController('tenants')
@RequiresPlatform()
export class PlatformAuditController {
  constructor(
    private readonly audit: AuditService,
    private readonly work: UnitOfWork,
  ) {}

  @Get(':id/audit/export')
  @ApiOperation({
    summary: 'Export the audit log of a tenant',
    description: 'As the tenant itself can export it, also while it is suspended. It is itself an entry.',
  })
  @ApiProduces('application/x-ndjson', 'text/csv')
  @ApiOkResponse({ schema: { type: 'string' }, description: 'The lines.' })
  @ApiErrors(404, 422)
  async export(
    @OfPlatform() { requestId }: PlatformCall,
    @Param('id', new IdOf('Tenant')) id: string,
    @Query() { format, from }: AuditExportQuery,
  ): Promise<StreamableFile> {
    const tenant = await new TenantsRepository(this.work.system).find(id);
    if (!tenant) throw new DomainException({ kind: 'notFound', resource: 'Tenant', id });
    const { slug } = tenant;
    return exportFile(
      await this.audit.export({ tenant: { id, slug }, actor: OPERATOR, requestId }, format, from),
      slug,
      format,
    );
  }
}
