import type { onRequestHookHandler } from 'fastify';
import { TooManyRequests } from '../http/too-many-requests.js';
import type { RateLimits } from './rate-limit.js';
import { weightOf } from './route-weights.js';

/** The rate limit of an address, for routes that are not behind the guard. */
export function publicLimit(limits: RateLimits): onRequestHookHandler {
  return ({ ip, method, routeOptions }, reply, done) => {
    const { seconds, headers } = limits.ofAddress(ip, weightOf(method, routeOptions.url ?? ''));
    reply.headers(headers);
    if (seconds === 0) return done();
    return done(new TooManyRequests(`Too many requests from this address; wait ${seconds} s.`, seconds, headers));
  };
}
