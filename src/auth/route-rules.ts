import { Logger, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ROUTE_ACCESS, type RouteAccess } from '../http/route.js';
import { SCIM_PATH } from '../http/scim-path.js';
import { weightOf } from './route-weights.js';

type Handler = (...args: never[]) => unknown;

/** What the guard asks of a request to one route. */
export interface RouteRule {
  /** `refused` for a route that states no access: whoever forgot it did not mean everybody. */
  readonly access: RouteAccess | { readonly kind: 'refused' };
  /** A route of the SCIM protocol. Read from the controller, because a URL has many spellings. */
  readonly scim: boolean;
  /** Units that a request takes from its rate limits. */
  readonly weight: number;
}

/** Reads each route's decorators once, so that a request costs two look-ups. */
export class RouteRules {
  private readonly rules = new Map<Type, Map<Handler, RouteRule>>();
  private readonly logger = new Logger('RouteRules');

  of(controller: Type, handler: Handler): RouteRule {
    return this.rules.get(controller)?.get(handler) ?? this.learn(controller, handler);
  }

  private learn(controller: Type, handler: Handler): RouteRule {
    const stated: RouteAccess | undefined =
      Reflect.getMetadata(ROUTE_ACCESS, handler) ?? Reflect.getMetadata(ROUTE_ACCESS, controller);
    if (!stated) this.logger.error(`${controller.name}.${handler.name} states no access and is refused to everybody`);
    const rule = {
      access: stated ?? ({ kind: 'refused' } as const),
      scim: isScim(controller),
      weight: weightOf(methodOf(handler), patternOf(controller, handler)),
    };
    const ofController = this.rules.get(controller) ?? new Map<Handler, RouteRule>();
    this.rules.set(controller, ofController.set(handler, rule));
    return rule;
  }
}

function isScim(controller: Type): boolean {
  const paths = [Reflect.getMetadata(PATH_METADATA, controller)].flat();
  return paths.some((path) => path === SCIM_PATH || String(path).startsWith(`${SCIM_PATH}/`));
}

function methodOf(handler: Handler): string {
  const method: RequestMethod | undefined = Reflect.getMetadata(METHOD_METADATA, handler);
  return RequestMethod[method ?? RequestMethod.ALL];
}

/** Of the first path, where a route has several. */
function patternOf(controller: Type, handler: Handler): string {
  const paths = [Reflect.getMetadata(PATH_METADATA, controller), Reflect.getMetadata(PATH_METADATA, handler)];
  const segments = paths.map((path) => String([path ?? ''].flat()[0])).flatMap((path) => path.split('/'));
  return `/${segments.filter((segment) => segment !== '').join('/')}`;
}
