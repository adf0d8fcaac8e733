import { Get, Param, Query } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ApiErrors, Call, IdOf, type ManagementCall, ManagementController } from '../http/management.js';
import { RequiresScope } from '../http/route.js';
import { LogDetail, LogPage, LogQuery } from './dto/log.dto.js';
import { EXAMPLE_DETAIL, EXAMPLE_PAGE } from './log-examples.js';
import { logDetail, logItem } from './log-item.js';
import { ProvisioningLogService } from './provisioning-log.service.js';

const ID = new IdOf('Connection');
const ENTRY_ID = new IdOf('Request');

/** `/api/v1/connections/:id/log`. */
@ApiTags('Connections')
@ApiExtraModels(LogPage, LogDetail)
@ManagementController('connections')
export class ProvisioningLogController {
  constructor(private readonly log: ProvisioningLogService) {}

  @Get(':id/log')
  @RequiresScope('tenant:read')
  @ApiOperation({
    summary: 'Read what the identity provider of a connection asked',
    description:
      'Each SCIM request with what it meant to do, what came of it, and what to do where it failed; also those whose token had expired or was revoked. A request appears about a second after its answer.',
  })
  @ApiOkResponse({
    description: 'One page, newest first.',
    content: { 'application/json': { schema: { $ref: getSchemaPath(LogPage) }, example: EXAMPLE_PAGE } },
  })
  @ApiErrors(404, 422)
  async read(
    @Call() { caller: { tenantId } }: ManagementCall,
    @Param('id', ID) id: string,
    @Query() query: LogQuery,
  ): Promise<LogPage> {
    const { items, next } = await this.log.page(tenantId, id, query);
    return { items: items.map(logItem), next };
  }

  @Get(':id/log/:entryId')
  @RequiresScope('tenant:read')
  @ApiOperation({
    summary: 'Read one request of an identity provider',
    description:
      'With its body where it failed: without passwords, tokens and other secrets, and cut where it is long.',
  })
  @ApiOkResponse({
    description: 'The request.',
    content: { 'application/json': { schema: { $ref: getSchemaPath(LogDetail) }, example: EXAMPLE_DETAIL } },
  })
  @ApiErrors(404)
  async entry(
    @Call() { caller: { tenantId } }: ManagementCall,
    @Param('id', ID) id: string,
    @Param('entryId', ENTRY_ID) entryId: string,
  ): Promise<LogDetail> {
    return logDetail(await this.log.get(tenantId, id, entryId));
  }
}
