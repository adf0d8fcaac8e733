import { Body, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ApiErrors, Call, IdOf, type ManagementCall, ManagementController } from '../http/management.js';
import { RequiresScope } from '../http/route.js';
import * as examples from './dto/examples.js';
import { WebhookPageQuery } from './dto/page.dto.js';
import { DeliveryDetail, DeliveryPage, ReplayAnswer, ReplayWish, TestAnswer } from './dto/webhook-delivery.dto.js';
import {
  EndpointItem,
  EndpointPage,
  EndpointRevision,
  EndpointWish,
  NewEndpoint,
  NewSecret,
  RotationWish,
} from './dto/webhook-endpoint.dto.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';

const ID = new IdOf('Webhook endpoint');
const DELIVERY_ID = new IdOf('Delivery');

/** `/api/v1/webhook-endpoints`: whom a tenant tells what happened (Standard Webhooks, CloudEvents 1.0). */
@ApiTags('Webhooks')
@ManagementController('webhook-endpoints')
@RequiresScope('webhooks:write')
export class WebhookEndpointsController {
  constructor(
    private readonly endpoints: WebhookEndpointsService,
    private readonly sent: WebhookDeliveriesService,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Add a webhook endpoint',
    description: 'Events that are committed from now on are sent to it. The answer shows its secret, this once.',
  })
  @ApiBody({ type: EndpointWish, examples: { example: { value: examples.WISH } } })
  @ApiCreatedResponse({ type: NewEndpoint, example: examples.NEW_ENDPOINT, description: 'The new endpoint.' })
  @ApiErrors(409, 422)
  create(@Call() call: ManagementCall, @Body() wish: EndpointWish): Promise<NewEndpoint> {
    return this.endpoints.create(call, wish);
  }

  @Get()
  @ApiOperation({ summary: 'List webhook endpoints', description: 'In the order of their creation.' })
  @ApiOkResponse({ type: EndpointPage, example: examples.ENDPOINTS, description: 'One page.' })
  @ApiErrors(422)
  list(@Call() call: ManagementCall, @Query() page: WebhookPageQuery): Promise<EndpointPage> {
    return this.endpoints.list(call, page);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a webhook endpoint' })
  @ApiOkResponse({ type: EndpointItem, example: examples.ENDPOINT, description: 'The endpoint, without its secret.' })
  @ApiErrors(404)
  get(@Call() call: ManagementCall, @Param('id', ID) id: string): Promise<EndpointItem> {
    return this.endpoints.get(call, id);
  }

  @Patch(':id')
  @ApiBody({ type: EndpointRevision, examples: { example: { value: examples.REVISION } } })
  @ApiOperation({ summary: 'Change a webhook endpoint', description: 'What is absent stays as it is.' })
  @ApiOkResponse({ type: EndpointItem, example: examples.ENDPOINT, description: 'The endpoint as it is now.' })
  @ApiErrors(404, 422)
  update(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Body() wish: EndpointRevision,
  ): Promise<EndpointItem> {
    return this.endpoints.update(call, id, wish);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a webhook endpoint', description: 'What waits for it is given up.' })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiErrors(404)
  remove(@Call() call: ManagementCall, @Param('id', ID) id: string): Promise<void> {
    return this.endpoints.remove(call, id);
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Replace the secret of a webhook endpoint',
    description: 'For some time webhooks carry a signature of either, so that consumers can change over at leisure.',
  })
  @ApiBody({ type: RotationWish, examples: { example: { value: examples.ROTATION } } })
  @ApiOkResponse({ type: NewSecret, example: examples.NEW_SECRET, description: 'The new secret.' })
  @ApiErrors(404, 422)
  rotate(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Body() { overlapHours }: RotationWish,
  ): Promise<NewSecret> {
    return this.endpoints.rotate(call, id, overlapHours);
  }

  @Post(':id/test')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send a test event',
    description: 'A `muster.webhook_endpoint.tested` event, whatever the filter says. The log shows what came of it.',
  })
  @ApiAcceptedResponse({ type: TestAnswer, example: examples.TESTED, description: 'It is on its way.' })
  @ApiErrors(404, 422)
  test(@Call() call: ManagementCall, @Param('id', ID) id: string): Promise<TestAnswer> {
    return this.sent.test(call, id);
  }

  @Get(':id/deliveries')
  @ApiOperation({ summary: 'List what was sent to a webhook endpoint', description: 'With every attempt.' })
  @ApiOkResponse({ type: DeliveryPage, example: examples.DELIVERIES, description: 'One page, the newest first.' })
  @ApiErrors(404, 422)
  deliveries(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Query() page: WebhookPageQuery,
  ): Promise<DeliveryPage> {
    return this.sent.list(call, id, page);
  }

  @Get(':id/deliveries/:deliveryId')
  @ApiOperation({
    summary: 'Read what was sent in one delivery',
    description: 'With the body of the request, to see what a consumer got.',
  })
  @ApiOkResponse({
    type: DeliveryDetail,
    example: examples.DELIVERY_DETAIL,
    description: 'The delivery with its attempts and the body.',
  })
  @ApiErrors(404)
  delivery(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Param('deliveryId', DELIVERY_ID) deliveryId: string,
  ): Promise<DeliveryDetail> {
    return this.sent.get(call, id, deliveryId);
  }

  @Post(':id/replay')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send events again',
    description:
      'One delivery, the events between two places of the log, or those since a time: with the ids they had, so that consumers who have seen them can tell. At most 10 000 at once; `nextSeq` tells where to go on.',
  })
  @ApiBody({ type: ReplayWish, examples: { example: { value: examples.REPLAY } } })
  @ApiAcceptedResponse({ type: ReplayAnswer, example: examples.REPLAYED, description: 'They are on their way.' })
  @ApiErrors(404, 422)
  replay(@Call() call: ManagementCall, @Param('id', ID) id: string, @Body() wish: ReplayWish): Promise<ReplayAnswer> {
    return this.sent.replay(call, id, wish);
  }
}
