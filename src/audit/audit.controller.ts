import { Get, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { dataOf, type SealedEvent } from '../domain/sealed-event.js';
import { ApiErrors, Call, type ManagementCall, ManagementController } from '../http/management.js';
import { RequiresScope } from '../http/route.js';
import { type AuditReader, AuditService } from './audit.service.js';
import { AuditExportQuery, type AuditItem, AuditPage, AuditQuery } from './dto/audit.dto.js';
import { exportFile } from './export-file.js';

/** `/api/v1/audit`. */
@ApiTags('Audit')
@ManagementController('audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @RequiresScope('audit:read')
  @ApiOperation({
    summary: 'Search the audit log',
    description:
      'Newest first. What has just happened appears a moment later, when it is sealed. Each search is itself an entry.',
  })
  @ApiOkResponse({ type: AuditPage, description: 'One page.' })
  @ApiErrors(422)
  async search(@Call() call: ManagementCall, @Query() { limit, after, ...asked }: AuditQuery): Promise<AuditPage> {
    const filter = { ...asked, ...(after !== undefined && { before: Number(after) }) };
    const { items, next } = await this.audit.search(readerOf(call), filter, limit);
    return { items: items.map(itemOf), next };
  }

  @Get('export')
  @RequiresScope('audit:read')
  @ApiOperation({
    summary: 'Export the audit log',
    description:
      'All that is sealed, oldest first, as lines that `muster audit verify` can check without the server: a header, the events, a signed digest. Without the digest the export broke off. Each export is itself an entry.',
  })
  @ApiProduces('application/x-ndjson', 'text/csv')
  @ApiOkResponse({ schema: { type: 'string' }, description: 'The lines.' })
  @ApiErrors(422)
  async export(@Call() call: ManagementCall, @Query() { format, from }: AuditExportQuery): Promise<StreamableFile> {
    return exportFile(await this.audit.export(readerOf(call), format, from), call.caller.tenantSlug, format);
  }
}

function readerOf({ caller, requestId }: ManagementCall): AuditReader {
  const { tenantId, tenantSlug, serviceAccountId: id, tokenId, connection } = caller;
  return {
    tenant: { id: tenantId, slug: tenantSlug },
    actor: { type: 'service_account', id, connectionId: connection?.id ?? null, tokenId },
    requestId,
  };
}

function itemOf({ seq, hash, sealedAt, event }: SealedEvent): AuditItem {
  const { id, type, occurredAt, actor, subjectType, subjectId, subjectVersion, requestId } = event;
  const subject = { type: subjectType, id: subjectId, version: subjectVersion };
  return { seq, hash, sealedAt, id, type, occurredAt, actor, subject, requestId, data: dataOf(event) };
}
