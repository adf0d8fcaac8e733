import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { asyncApiDocument } from '../events/catalogue/async-api.js';
import { BaseUrl } from '../http/base-url.js';
import { DOCS_PATH } from '../http/docs-path.js';
import { PublicDocument, PublicDocuments } from '../http/public-document.js';
import { Public } from '../http/route.js';
import { eventsPage } from './events-page.js';

/** What events there are: as an AsyncAPI document for machines, as a page for people. */
@ApiExcludeController()
@Public()
@Controller(DOCS_PATH)
export class EventDocsController {
  private readonly documents = new PublicDocuments();

  constructor(private readonly baseUrl: BaseUrl) {}

  @Get('events.json')
  document(): unknown {
    return this.documents.get('json', () =>
      PublicDocument.json('application/json', asyncApiDocument(this.baseUrl.root)),
    );
  }

  @Get('events')
  page(): unknown {
    return this.documents.get(
      'page',
      () => new PublicDocument('text/html; charset=utf-8', eventsPage(`${this.baseUrl.root}/${DOCS_PATH}/events.json`)),
    );
  }
}
