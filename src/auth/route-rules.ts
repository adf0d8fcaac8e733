import { Injectable, Logger, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ROUTE_ACCESS, type RouteAccess } from '../http/route.js';
import { SCIM_PATH } from '../http/scim-path.js';
import { weightOf } from './route-weights.js';

type Handler = (...args: never[]) => unknown;

/** What is asked of a request to one route. */
export interface RouteRule {
  /** `refused` for a route that states no access: whoever forgot it did not mean everybody. */
  readonly access: RouteAccess | { readonly kind: 'refused' };
  /** A route of the SCIM protocol. Read from the controller, because a URL has many spellings. */
  readonly scim: boolean;
  /** Units that a request takes from its rate limits. */
  readonly weight: number;
}

/** The rule of a route that no controller declares. */
const UNDECLARED: RouteRule = { access: { kind: 'refused' }, scim: false, weight: 1 };

/** Reads each route's decorators once: for the router by method and pattern, for the guard by controller and handler. */
@Injectable()
export class RouteRules {
  private readonly rules = new Map<Type, Map<Handler, RouteRule>>();
  private byPattern: ReadonlyMap<string, RouteRule> | undefined;
  private readonly logger = new Logger('RouteRules');

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  of(controller: Type, handler: Handler): RouteRule {
    return this.rules.get(controller)?.get(handler) ?? this.learn(controller, handler);
  }

  /**
   * The rule of a route as the router knows it. A route that no controller declares is refused.
   * @param method several for a route that takes every method
   * @param pattern such as `/scim/v2/Users/:id`
   */
  ofRoute(method: string | readonly string[], pattern: string): RouteRule {
    this.byPattern ??= new Map(this.discovery.getControllers().flatMap(({ metatype }) => this.routesOf(metatype)));
    // The router adds a HEAD route for every GET route.
    const methods = typeof method !== 'string' ? ['ALL'] : method === 'HEAD' ? ['HEAD', 'GET'] : [method];
    const found = methods.map((each) => this.byPattern?.get(key(each, pattern))).find((rule) => rule !== undefined);
    return found ?? UNDECLARED;
  }

  private learn(controller: Type, handler: Handler): RouteRule {
    const stated: RouteAccess | undefined =
      Reflect.getMetadata(ROUTE_ACCESS, handler) ?? Reflect.getMetadata(ROUTE_ACCESS, controller);
    if (!stated) this.logger.error(`${controller.name}.${handler.name} states no access and is refused to everybody`);
    const rule = {
      access: stated ?? ({ kind: 'refused' } as const),
      scim: isScim(controller),
      weight: weightOf(routeOf(controller, handler)),
    };
    const ofController = this.rules.get(controller) ?? new Map<Handler, RouteRule>();
    this.rules.set(controller, ofController.set(handler, rule));
    return rule;
  }

  private routesOf(controller: InstanceWrapperType): [string, RouteRule][] {
    if (typeof controller !== 'function') return [];
    const prototype: Record<string, Handler> = controller.prototype;
    return this.scanner
      .getAllMethodNames(prototype)
      .flatMap((name) => prototype[name] ?? [])
      .filter((handler) => Reflect.hasMetadata(METHOD_METADATA, handler))
      .flatMap((handler) => {
        const method: RequestMethod = Reflect.getMetadata(METHOD_METADATA, handler);
        const rule = this.of(controller as Type, handler);
        return pathsOf(controller).flatMap((base) =>
          pathsOf(handler).map((path): [string, RouteRule] => [key(RequestMethod[method], `${base}/${path}`), rule]),
        );
      });
  }
}

type InstanceWrapperType = ReturnType<DiscoveryService['getControllers']>[number]['metatype'];

/** Patterns are compared without empty segments, because the router and the decorators place slashes differently. */
function key(method: string | undefined, pattern: string): string {
  const segments = pattern.replace(/\*$/, '/*').split('/');
  return `${method} /${segments.filter((segment) => segment !== '').join('/')}`;
}

function pathsOf(decorated: object): string[] {
  return [Reflect.getMetadata(PATH_METADATA, decorated) as string | string[]].flat();
}

function isScim(controller: Type): boolean {
  return pathsOf(controller).some((path) => path === SCIM_PATH || String(path).startsWith(`${SCIM_PATH}/`));
}

/** The first route of a handler that has several. */
function routeOf(controller: Type, handler: Handler): string {
  const method: RequestMethod = Reflect.getMetadata(METHOD_METADATA, handler) ?? RequestMethod.ALL;
  return key(RequestMethod[method], `${pathsOf(controller)[0] ?? ''}/${pathsOf(handler)[0] ?? ''}`);
}
