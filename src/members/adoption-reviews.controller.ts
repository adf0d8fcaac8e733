import { Body, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, Call, IdOf, type ManagementCall, ManagementController } from '../http/management.js';
import { RequiresScope } from '../http/route.js';
import { actingIn } from './acting.js';
import { AdoptionReviewsService } from './adoption-reviews.service.js';
import { ApprovalBody, ReviewAnswer, ReviewPage, ReviewQuery } from './dto/adoption-review.dto.js';

const ID = new IdOf('Adoption review');

/** `/api/v1/adoption-reviews`: who wants to adopt whom under the adoption policy `review`. */
@ApiTags('Adoption')
@ManagementController('adoption-reviews')
export class AdoptionReviewsController {
  constructor(private readonly reviews: AdoptionReviewsService) {}

  @Get()
  @RequiresScope('members:read')
  @ApiOperation({
    summary: 'List reviews of adoptions',
    description: 'In the order in which they were asked for; the open ones unless told otherwise.',
  })
  @ApiOkResponse({ type: ReviewPage, description: 'One page.' })
  @ApiErrors(422)
  list(@Call() { caller }: ManagementCall, @Query() { status, ...page }: ReviewQuery): Promise<ReviewPage> {
    return this.reviews.list(caller.tenantId, status, page);
  }

  @Get(':id')
  @RequiresScope('members:read')
  @ApiOperation({ summary: 'Read a review', description: 'With the User that the member would become.' })
  @ApiOkResponse({ type: ReviewAnswer, description: 'The review as it is now.' })
  @ApiErrors(404)
  get(@Call() { caller }: ManagementCall, @Param('id', ID) id: string): Promise<ReviewAnswer> {
    return this.reviews.get(caller.tenantId, id);
  }

  @Post(':id/approve')
  @HttpCode(200)
  @RequiresScope('tenant:admin')
  @ApiOperation({
    summary: 'Approve an adoption',
    description:
      'The member is linked to the connection and becomes what the identity provider sent, in the `version` of the review that the admin has seen: 409 when it has sent something else since. When it repeats its request, that is answered as if it had been the first.',
  })
  @ApiOkResponse({ type: ReviewAnswer, description: 'The review, approved.' })
  @ApiErrors(404, 409, 422)
  async approve(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Body() { version }: ApprovalBody,
  ): Promise<ReviewAnswer> {
    await this.reviews.approve(actingIn(call), id, version);
    return this.reviews.get(call.caller.tenantId, id);
  }

  @Post(':id/reject')
  @HttpCode(200)
  @RequiresScope('tenant:admin')
  @ApiOperation({
    summary: 'Reject an adoption',
    description: 'It is remembered: the identity provider is told so whenever it asks again.',
  })
  @ApiOkResponse({ type: ReviewAnswer, description: 'The review, rejected.' })
  @ApiErrors(404, 409)
  async reject(@Call() call: ManagementCall, @Param('id', ID) id: string): Promise<ReviewAnswer> {
    await this.reviews.reject(actingIn(call), id);
    return this.reviews.get(call.caller.tenantId, id);
  }
}
