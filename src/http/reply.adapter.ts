import { FastifyAdapter } from '@nestjs/platform-fastify';
import { PublicDocument } from './public-document.js';
import { ScimReply } from './scim-reply.js';

type Reply = FastifyAdapter['reply'];

/** Lets a route return a ScimReply or a PublicDocument. It is done here and not in an interceptor, because each of those costs a request time. */
export class ReplyAdapter extends FastifyAdapter {
  override reply(response: Parameters<Reply>[0], body: unknown, statusCode?: number): ReturnType<Reply> {
    if (body instanceof PublicDocument && 'sent' in response) return body.send(response.request, response);
    if (body instanceof ScimReply && 'sent' in response) return body.send(response);
    return super.reply(response, body, statusCode);
  }
}
