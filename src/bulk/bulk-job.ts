import { grants } from '../domain/service-account.js';
import type { ScimCall } from '../http/scim-call.js';
import {
  type BulkOperation,
  type BulkTask,
  bulkIdIn,
  etag,
  type JsonObject,
  type ResourceType,
  resolveBulkIds,
  ScimError,
  splitByBulkIds,
  URN,
} from '../scim/index.js';
import type { ResourceEndpoint, ResourceEndpoints } from './resource-endpoints.js';

/** What an operation came to, or what was thrown. `version` is a whole entity-tag. */
export type Outcome = Done | { readonly error: unknown };

interface Done {
  readonly status: number;
  readonly version?: string | undefined;
  readonly location: string;
}

type Outcomes = ReadonlyMap<BulkOperation, Outcome>;
type Creation = Extract<BulkTask, { kind: 'create' }>;

/** A creation in a circle, and what came of it so far. */
interface Link {
  readonly operation: BulkOperation;
  readonly bulkId: string;
  readonly task: Creation;
  readonly now: JsonObject;
  readonly later: JsonObject | undefined;
  created?: Done;
}

/** The version of what did not exist before: adopted, reactivated and restored members have later ones. */
const FIRST = etag(1);

/** One bulk request at work: knows what its bulkIds have become so far. */
export class BulkJob {
  private readonly ids = new Map<string, string>();

  constructor(
    private readonly call: ScimCall,
    private readonly endpoints: ResourceEndpoints,
    private readonly baseUrl: string,
  ) {}

  /** What is done together: one operation, or creations in a circle. */
  async step(operations: readonly BulkOperation[], circular: boolean): Promise<Outcomes> {
    if (circular) return this.circle(operations);
    const outcomes = new Map<BulkOperation, Outcome>();
    for (const operation of operations) outcomes.set(operation, await this.single(operation));
    return outcomes;
  }

  private async single({ bulkId, task }: BulkOperation): Promise<Outcome> {
    try {
      if (task instanceof ScimError) throw task;
      return await this.perform(task, bulkId);
    } catch (error) {
      return { error };
    }
  }

  /**
   * Creations that refer to one another (RFC 7644 §3.7.1): first all of them without these references, then the references.
   * If one fails, those already made are removed again, so nobody is left with half of what was asked.
   */
  private async circle(operations: readonly BulkOperation[]): Promise<Outcomes> {
    const links = linksOf(operations);
    const outcomes = new Map<BulkOperation, Outcome>();
    let current: Link | undefined;
    try {
      for (current of links) current.created = await this.create(current.task.type, current.now, current.bulkId);
      for (current of links) outcomes.set(current.operation, await this.complete(current));
    } catch (error) {
      for (const link of links) {
        const cause = link === current ? error : brokenCircle(link, current?.bulkId ?? '');
        outcomes.set(link.operation, { error: await this.undo(link, cause) });
      }
    }
    return outcomes;
  }

  /**
   * Where the resource of an operation is that failed (RFC 7644 §3.7.3): as its path says, with the id that a bulkId has become. None for
   * a POST, which has made nothing.
   */
  location({ method, path, task }: BulkOperation): string | undefined {
    if (method === 'POST' || path === undefined) return undefined;
    const bulkId = 'id' in task ? bulkIdIn(task.id) : undefined;
    const id = bulkId === undefined ? undefined : this.ids.get(bulkId);
    if ('id' in task && id !== undefined) return this.locationOf(task.type, id);
    return `${this.baseUrl}${encodePath(path)}`;
  }

  private async perform(task: BulkTask, bulkId: string | undefined): Promise<Done> {
    if (task.kind === 'create') return this.create(task.type, task.data, bulkId);
    const { protocol } = this.writable(task.type);
    const id = this.resolveId(task.id);
    const call = this.callOf(task.version);
    const location = this.locationOf(task.type, id);
    switch (task.kind) {
      case 'replace': {
        const { status, headers } = await protocol.replace(withoutMembers(call), id, this.resolve(task.data));
        return { status, version: headers?.etag, location };
      }
      case 'patch': {
        const { status, headers } = await protocol.patch(call, id, this.resolve(task.data));
        return { status, version: headers?.etag, location };
      }
      case 'remove': {
        const { status } = await protocol.remove(call, id);
        return { status, location };
      }
      default:
        return task satisfies never;
    }
  }

  private async create(type: ResourceType, data: JsonObject, bulkId: string | undefined): Promise<Done> {
    const { protocol } = this.writable(type);
    const { status, headers } = await protocol.create(withoutMembers(this.callOf()), this.resolve(data));
    const location = headers?.location ?? '';
    if (bulkId !== undefined) this.ids.set(bulkId, location.slice(location.lastIndexOf('/') + 1));
    return { status, version: headers?.etag, location };
  }

  /** The creation is reported as one, with the version that it ends with. */
  private async complete({ bulkId, task, later, created }: Link): Promise<Done> {
    if (!created) throw new Error('A circle is completed before it is made');
    if (!later) return created;
    const body = { schemas: [URN.patchOp], Operations: [{ op: 'add', value: this.resolve(later) }] };
    const { protocol } = this.writable(task.type);
    const { headers } = await protocol.patch(this.callOf(), this.resolveId(`bulkId:${bulkId}`), body);
    return { ...created, version: headers?.etag ?? created.version };
  }

  /** @returns why it failed; somebody who was known before stays, for there is no way back to what was */
  private async undo({ bulkId, task, created }: Link, cause: unknown): Promise<unknown> {
    const id = this.ids.get(bulkId);
    this.ids.delete(bulkId);
    if (created?.version !== FIRST || id === undefined) return cause;
    try {
      await this.writable(task.type).protocol.remove(this.callOf(), id);
      return cause;
    } catch (error) {
      return error;
    }
  }

  private writable(type: ResourceType): ResourceEndpoint {
    const endpoint = this.endpoints.of(type);
    if (grants(this.call.caller.scopes, endpoint.writeScope)) return endpoint;
    throw new ScimError(403, undefined, `The access token lacks the scope ${endpoint.writeScope}.`);
  }

  private resolve(data: JsonObject): JsonObject {
    return resolveBulkIds(data, (bulkId) => this.made(bulkId));
  }

  private resolveId(id: string): string {
    const bulkId = bulkIdIn(id);
    return bulkId === undefined ? id : this.made(bulkId);
  }

  private made(bulkId: string): string {
    const id = this.ids.get(bulkId);
    if (id !== undefined) return id;
    throw new ScimError(409, undefined, `${shown(bulkId)} names nothing that this request has made.`);
  }

  /** Headers and query of the bulk request are about none of its operations. */
  private callOf(version?: string): ScimCall {
    return { ...this.call, query: {}, ifMatch: version, ifNoneMatch: undefined };
  }

  private locationOf({ endpoint }: ResourceType, id: string): string {
    return `${this.baseUrl}${endpoint}/${id}`;
  }
}

/** The answer holds no resources, so the members of a group are not read for it. */
function withoutMembers(call: ScimCall): ScimCall {
  return { ...call, query: { excludedAttributes: 'members' } };
}

const LONE_SURROGATE = /\p{Surrogate}/gu;

/** A path as part of a URL. What a client wrote cannot lead elsewhere in it, and text that is no Unicode is replaced. */
function encodePath(path: string): string {
  return path
    .replace(LONE_SURROGATE, '\ufffd')
    .split('/')
    .map((segment) => encodeURIComponent(segment).replaceAll('%3A', ':'))
    .join('/');
}

function linksOf(operations: readonly BulkOperation[]): readonly Link[] {
  const own = new Set(operations.flatMap(({ bulkId }) => bulkId ?? []));
  return operations.flatMap((operation): Link[] => {
    const { bulkId, task } = operation;
    if (bulkId === undefined || !('kind' in task) || task.kind !== 'create') return [];
    return [{ operation, bulkId, task, ...splitByBulkIds(task.data, own) }];
  });
}

function brokenCircle({ created }: Link, bulkId: string): ScimError {
  const rest =
    created && created.version !== FIRST
      ? 'The resource was there before; it is as sent, without the reference.'
      : 'Nothing was made.';
  return new ScimError(409, undefined, `This refers in a circle to ${shown(bulkId)}, which failed. ${rest}`);
}

/** A reference in a refusal, cut to what a reader needs to find it again. */
function shown(bulkId: string): string {
  return `"bulkId:${bulkId.length > 64 ? `${bulkId.slice(0, 64)}…` : bulkId}"`;
}
