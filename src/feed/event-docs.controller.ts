import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { asyncApiDocument } from '../events/catalogue/async-api.js';
import { BaseUrl } from '../http/base-url.js';
import { DOCS_PATH } from '../http/docs-path.js';
import { Public } from '../http/route.js';
import { eventsPage } from './events-page.js';

/** What events there are: as an AsyncAPI document for machines, as a page for people. */
@ApiExcludeController()
@Public()
@Controller(DOCS_PATH)
export class EventDocsController {
  constructor(private readonly baseUrl: BaseUrl) {}

  @Get('events.json')
  @Header('content-type', 'application/json; charset=utf-8')
  document(): object {
    return asyncApiDocument(this.baseUrl.root);
  }

  @Get('events')
  @Header('content-type', 'text/html; charset=utf-8')
  page(): string {
    return eventsPage(`${this.baseUrl.root}/${DOCS_PATH}/events.json`);
  }
}
