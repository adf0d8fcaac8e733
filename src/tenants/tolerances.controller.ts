import { Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DomainException } from '../domain/domain-error.js';
import { ApiErrors, Call, IdOf, type ManagementCall, ManagementController } from '../http/management.js';
import { RequiresScope } from '../http/route.js';
import { TolerancesRepository } from '../persistence/tolerances.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { ToleranceList, toleranceItems } from './dto/tolerance.dto.js';

/** `/api/v1/connections/:id/tolerances`. */
@ApiTags('Connections')
@ManagementController('connections')
export class TolerancesController {
  constructor(private readonly work: UnitOfWork) {}

  /** No person is in it, so whoever may read members may see which spellings their identity provider needs. */
  @Get(':id/tolerances')
  @RequiresScope('members:read')
  @ApiOperation({
    summary: 'What a connection was forgiven',
    description:
      'Deviations from the standard that were accepted, with how often and when last. Counts are a few seconds old.',
  })
  @ApiOkResponse({ type: ToleranceList, description: 'All that were ever used.' })
  @ApiErrors(404)
  async list(
    @Call() { caller }: ManagementCall,
    @Param('id', new IdOf('Connection')) id: string,
  ): Promise<ToleranceList> {
    const totals = await new TolerancesRepository(this.work.forTenant(caller.tenantId)).list(id);
    if (!totals) throw new DomainException({ kind: 'notFound', resource: 'Connection', id });
    return { items: toleranceItems(totals) };
  }
}
