import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { ROUTE_ACCESS, type RouteAccess } from '../../../src/http/route.js';

export interface ListedRoute {
  readonly method: string;
  /** As the router has it, such as `/scim/v2/Users/:id`. */
  readonly path: string;
  /** `unguarded`: no controller's route, so no guard stands before it. `refused`: its access was forgotten. */
  readonly access: RouteAccess | { readonly kind: 'refused' } | { readonly kind: 'unguarded' };
}

/** More methods than any route of ours names: it takes them all. */
const EVERY_METHOD = 10;

/** Every route of the running router, with the access its controller declares. HEAD is left out where GET is. */
export function listRoutes(app: NestFastifyApplication): readonly ListedRoute[] {
  const declared = declaredAccess(app);
  return printedRoutes(app)
    .flatMap(({ path, methods }) => {
      const named = methods.length > EVERY_METHOD ? ['ALL'] : methods.filter((method) => method !== 'HEAD');
      return named.map((method) => ({
        method,
        path,
        access: declared.get(`${method} ${path}`) ?? ({ kind: 'unguarded' } as const),
      }));
    })
    .sort((one, other) => (`${one.path} ${one.method}` < `${other.path} ${other.method}` ? -1 : 1));
}

/** One line a route, in columns. */
export function routeTable(routes: readonly ListedRoute[]): string {
  const width = Math.max(...routes.map(({ path }) => path.length)) + 2;
  return routes
    .map(({ method, path, access }) => `${method.padEnd(8)}${path.padEnd(width)}${nameOf(access)}\n`)
    .join('');
}

function nameOf(access: ListedRoute['access']): string {
  return access.kind === 'scope' ? access.scope : access.kind;
}

/** Reads the router's own drawing of its tree: four characters of indentation a level, a piece of the path, the methods. */
function printedRoutes(app: NestFastifyApplication): { path: string; methods: string[] }[] {
  const router = app.getHttpAdapter().getInstance() as FastifyInstance;
  const pieces: string[] = [];
  return router
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, indentation = '', piece = '', methods = ''] = /^([│├└─\s]+)(\S+) \((.+)\)$/.exec(line) ?? [];
      if (piece === '') throw new Error(`The router draws a line that cannot be read: ${line}`);
      const level = indentation.length / 4 - 1;
      pieces.splice(level, pieces.length, piece);
      return { path: pieces.join(''), methods: methods.split(', ') };
    });
}

function declaredAccess(app: NestFastifyApplication): ReadonlyMap<string, ListedRoute['access']> {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return new Map(controllers.flatMap(({ metatype }) => accessOf(metatype as Type)));
}

function accessOf(controller: Type): [string, ListedRoute['access']][] {
  const prototype = controller.prototype as Record<string, (...args: never[]) => unknown>;
  const handlers = Object.getOwnPropertyNames(prototype).flatMap((name) => prototype[name] ?? []);
  return handlers
    .filter((handler) => Reflect.hasMetadata(METHOD_METADATA, handler))
    .flatMap((handler) => {
      const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
      const access = Reflect.getMetadata(ROUTE_ACCESS, handler) ?? Reflect.getMetadata(ROUTE_ACCESS, controller);
      return pathsOf(controller).flatMap((base) =>
        pathsOf(handler).map((path): [string, ListedRoute['access']] => [
          `${method} ${joined(base, path)}`,
          access ?? { kind: 'refused' },
        ]),
      );
    });
}

function pathsOf(decorated: object): string[] {
  return [Reflect.getMetadata(PATH_METADATA, decorated) as string | string[]].flat();
}

function joined(...parts: string[]): string {
  const segments = parts.flatMap((part) => part.split('/')).filter((segment) => segment !== '');
  return `/${segments.join('/')}`.replace(/\/\*$/, '*');
}
