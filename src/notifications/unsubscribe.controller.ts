import { Controller, Get, Header, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../http/route.js';
import { UNSUBSCRIBE_PATH, UnsubscribeService } from './unsubscribe.service.js';

const BAD_REQUEST = 400;
const HTML = 'text/html; charset=utf-8';

/**
 * Where the link of a mail leads. Opening it changes nothing, because programs open links too; the button does, and so does
 * the one click of a mail program (RFC 8058), which posts to the same address. The link itself says who is meant.
 */
@ApiExcludeController()
@Public()
@Controller(UNSUBSCRIBE_PATH)
export class UnsubscribeController {
  constructor(private readonly service: UnsubscribeService) {}

  @Get()
  @Header('content-type', HTML)
  @Header('referrer-policy', 'no-referrer')
  async ask(@Query('token') token: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (!(await this.service.read(token))) return unknownLink(reply);
    return page(
      'Stop these mails?',
      `<form method="post" action="${UNSUBSCRIBE_PATH}?token=${String(token)}"><button>Send me no more of these mails</button></form>`,
    );
  }

  @Post()
  @HttpCode(200)
  @Header('content-type', HTML)
  @Header('referrer-policy', 'no-referrer')
  async unsubscribe(@Query('token') token: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const optout = await this.service.read(token);
    if (!optout) return unknownLink(reply);
    await this.service.unsubscribe(optout);
    return page('Done', '<p>You will get no more of these mails.</p>');
  }
}

function unknownLink(reply: FastifyReply): string {
  reply.code(BAD_REQUEST);
  return page('This link does not work', '<p>It is not complete. Open it once more from the mail it came in.</p>');
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body><h1>${title}</h1>${body}</body>
</html>
`;
}
