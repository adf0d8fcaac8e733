import { Injectable } from '@nestjs/common';

interface Route {
  readonly method: string;
  readonly segments: readonly string[];
}

/** Which paths the server knows with which methods, for the `Allow` header; filled while the routes are registered. */
@Injectable()
export class RouteTable {
  private readonly routes: Route[] = [];

  /** A route that takes every method is the fallback's own and says nothing about what exists. */
  add(method: string | readonly string[], pattern: string): void {
    if (typeof method === 'string') this.routes.push({ method, segments: segmentsOf(pattern) });
  }

  /** Methods of the path, in alphabetical order; none when nothing is there. */
  methodsOf(path: string): readonly string[] {
    const segments = segmentsOf(path);
    const methods = this.routes.filter((route) => matches(route.segments, segments)).map(({ method }) => method);
    return [...new Set(methods)].sort();
  }
}

const segmentsOf = (path: string): string[] => path.split('/').filter((segment) => segment !== '');

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  return (
    pattern.length === path.length &&
    pattern.every((segment, index) => segment.startsWith(':') || segment === path[index])
  );
}
