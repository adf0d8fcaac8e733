import { isDeepStrictEqual } from 'node:util';
import type { Random } from './random.js';
import type { Answer, Ask } from './send.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
/** People who come and go in the groups of one load. */
const PEOPLE = 12;

/** People of groups are known by their names: no other load writes them. */
export const moverName = (word: string): string => `mover-${word}@example.com`;
export const isMover = (userName: string): boolean => userName.startsWith('mover-');

/** Undefined: there is no such group. */
type Content = { readonly displayName: string; readonly members: readonly string[] } | undefined;

/** A group as its only writer knows it. */
interface Group {
  readonly id: string;
  acknowledged: Content;
  /** What a request without a clear answer would have made of it; nobody writes it any more. */
  unanswered?: { readonly wanted: Content };
}

/** One client that writes groups of its own until it is told to stop. */
export class GroupLoad {
  readonly #groups: Group[] = [];
  readonly #people: string[] = [];
  #stopping = false;
  readonly #running: Promise<void>;

  constructor(
    private readonly ask: Ask,
    private readonly random: Random,
  ) {
    this.#running = this.#client();
  }

  /** Resolves when the last request has its answer or its error. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  /** Holds what the service shows against what it acknowledged. @returns one sentence for each fault */
  async faults(): Promise<string[]> {
    const faults: string[] = [];
    for (const { id, acknowledged, unanswered } of this.#groups) {
      const { status, body } = await this.ask('GET', `/Groups/${id}`);
      const shown = status === 404 ? undefined : contentOf(body);
      const possible = [acknowledged, ...(unanswered ? [unanswered.wanted] : [])];
      if (possible.some((content) => isDeepStrictEqual(content, shown))) continue;
      faults.push(`Group ${id} is ${JSON.stringify(shown)} and may be ${possible.map((one) => JSON.stringify(one))}`);
    }
    return faults;
  }

  async #client(): Promise<void> {
    while (!this.#stopping) {
      const known = this.#groups.filter(({ acknowledged, unanswered }) => acknowledged && !unanswered);
      const group = known[Math.floor(this.random() * known.length)];
      const dice = this.random();
      if (this.#people.length < PEOPLE) await this.#hire();
      else if (group?.acknowledged === undefined || dice < 0.15) await this.#create();
      else if (dice < 0.3) await this.#rename(group, group.acknowledged);
      else if (dice < 0.93) await this.#move(group, group.acknowledged);
      else await this.#write(group, undefined, 'DELETE');
    }
  }

  async #hire(): Promise<void> {
    const userName = moverName(this.#word());
    const { status, body } = await this.ask('POST', '/Users', { schemas: [USER], userName });
    if (status === 201) this.#people.push(idOf(body));
  }

  async #create(): Promise<void> {
    const displayName = `Team ${this.#word()}`;
    const { status, body } = await this.ask('POST', '/Groups', { schemas: [GROUP], displayName });
    if (status === 201) this.#groups.push({ id: idOf(body), acknowledged: { displayName, members: [] } });
  }

  #rename(group: Group, content: NonNullable<Content>): Promise<void> {
    const displayName = `Team ${this.#word()}`;
    return this.#patch(group, { ...content, displayName }, { op: 'replace', path: 'displayName', value: displayName });
  }

  /** Somebody who is in it leaves, somebody who is not joins. */
  #move(group: Group, content: NonNullable<Content>): Promise<void> {
    const person = this.#people[Math.floor(this.random() * this.#people.length)] ?? '';
    const isIn = content.members.includes(person);
    const others = content.members.filter((id) => id !== person);
    const members = isIn ? others : [...others, person].sort();
    const operation = isIn
      ? { op: 'remove', path: `members[value eq "${person}"]` }
      : { op: 'add', path: 'members', value: [{ value: person }] };
    return this.#patch(group, { ...content, members }, operation);
  }

  #patch(group: Group, wanted: Content, operation: object): Promise<void> {
    return this.#write(group, wanted, 'PATCH', { schemas: [PATCH_OP], Operations: [operation] });
  }

  async #write(group: Group, wanted: Content, method: string, body?: object): Promise<void> {
    const { status } = await this.ask(method, `/Groups/${group.id}`, body);
    if (isSuccess(status)) group.acknowledged = wanted;
    else group.unanswered = { wanted };
  }

  #word(): string {
    return Math.floor(this.random() * 2 ** 48).toString(36);
  }
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;
const idOf = (body: Answer['body']): string => (body as { readonly id: string }).id;

function contentOf(body: Answer['body']): Content {
  const { displayName, members = [] } = body as { displayName: string; members?: { value: string }[] };
  return { displayName, members: members.map(({ value }) => value).sort() };
}
