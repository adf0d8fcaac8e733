import { Injectable } from '@nestjs/common';

interface Route {
  readonly method: string;
  readonly segments: readonly string[];
}

/** Which paths the server knows with which methods, for the `Allow` header; filled while the routes are registered, without those of the fallback. */
@Injectable()
export class RouteTable {
  private readonly routes: Route[] = [];

  add(method: string | readonly string[], pattern: string): void {
    for (const each of [method].flat()) this.routes.push({ method: each, segments: segmentsOf(pattern) });
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
