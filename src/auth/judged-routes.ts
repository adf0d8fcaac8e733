import type { FastifyInstance, FastifyReply } from 'fastify';
import type { MusterRequest } from '../http/request.js';
import type { RequestJudge } from './request-judge.js';
import type { RouteRule, RouteRules } from './route-rules.js';
import { weightOf } from './route-weights.js';

/** The rule of a document that the server itself registers, without a controller. */
const documentAt = (url: string): RouteRule => ({
  access: { kind: 'public' },
  scim: false,
  weight: weightOf(`GET ${url}`),
});

/**
 * Gives every route a hook that judges its requests before anything of a body is read. To be called before routes are registered.
 */
export function judgeRoutes(server: FastifyInstance, rules: RouteRules, judge: RequestJudge): void {
  server.addHook('onRoute', (route) => {
    const rule = route.config?.isPublicDocument ? documentAt(route.url) : rules.ofRoute(route.method, route.url);
    route.onRequest = [
      (request: MusterRequest, reply: FastifyReply, done: (error?: Error) => void) => {
        const admit = () => {
          request.admittedUnder = rule;
          done();
        };
        const judged = outcomeOf(() => judge.judge(request, reply, rule));
        if (judged === true) admit();
        else if (judged instanceof Promise) judged.then(admit, done);
        else done(judged);
      },
    ];
  });
}

/** What is thrown becomes a value, so that an error of what follows is not taken for a refusal. */
function outcomeOf(judge: () => true | Promise<true>): true | Promise<true> | Error {
  try {
    return judge();
  } catch (error) {
    return error as Error;
  }
}
