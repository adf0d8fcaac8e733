import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';
import { Public } from './route.js';

/** For those who run Muster. `/livez` never asks the database: a restart would not bring it back. */
@ApiExcludeController()
@Public()
@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
  ) {}

  @Get('livez')
  @Header('content-type', 'text/plain; charset=utf-8')
  alive(): string {
    return 'ok\n';
  }

  @Get('readyz')
  @Header('content-type', 'text/plain; charset=utf-8')
  async ready(): Promise<string> {
    await this.readiness.check();
    return 'ok\n';
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  scrape(): Promise<string> {
    return this.metrics.page();
  }
}
