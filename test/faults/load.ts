import type { Content, Journal, Person, Shown, Wanted } from './journal.js';
import type { Random } from './random.js';
import { type Answer, type Ask, send, type Target } from './send.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const PAGE = 200;

/** Writes until it is told to stop: some clients, each with users that nobody else writes. */
export class Load {
  /** How often each status was answered; 0 stands for no answer. */
  readonly statuses = new Map<number, number>();
  #stopping = false;
  readonly #running: Promise<unknown>;

  constructor(
    private readonly ask: Ask,
    private readonly journal: Journal,
    clients: number,
    private readonly random: Random,
  ) {
    this.#running = Promise.all(Array.from({ length: clients }, () => this.#client()));
  }

  /** Resolves when every request has its answer or its error. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  async #client(): Promise<void> {
    const mine: Person[] = [];
    while (!this.#stopping) {
      const known = mine.filter(({ unanswered }) => !unanswered);
      const person = known[Math.floor(this.random() * known.length)];
      const dice = this.random();
      if (person === undefined || dice < 0.35) mine.push(await this.#create(this.#newcomer()));
      else if (person.acknowledged === undefined) await this.#create(person);
      else if (dice < 0.6) await this.#patch(person);
      else if (dice < 0.85) await this.#replace(person);
      else await this.#write(person, undefined, 204, 'DELETE');
    }
  }

  #newcomer(): Person {
    const person: Person = { userName: `${this.#word()}@example.com`, id: undefined, acknowledged: undefined };
    this.journal.people.push(person);
    return person;
  }

  /** Also of somebody who was deleted. Sometimes two ask for the same userName at once: one of them gets it. */
  async #create(person: Person): Promise<Person> {
    // The second POST for somebody inactive would not be refused: it means the same person, come back.
    const content = { ...this.#content(), active: true };
    person.unanswered = { wanted: content };
    const asking = this.random() < 0.3 ? 2 : 1;
    const body = { schemas: [USER], userName: person.userName, externalId: person.userName, ...content };
    const answers = await Promise.all(Array.from({ length: asking }, () => this.#send('POST', '/Users', body)));
    const created = answers.filter(({ status }) => status === 201);
    if (created.length > 1) throw new Error(`${person.userName} was created twice`);
    if (created[0]) this.#acknowledge(person, content, created[0]);
    return person;
  }

  #patch(person: Person): Promise<void> {
    const { displayName, emails } = this.#content();
    const Operations = [
      { op: 'replace', path: 'displayName', value: displayName },
      { op: 'replace', path: 'emails', value: emails },
    ];
    const wanted = { ...(person.acknowledged as Content), displayName, emails };
    return this.#write(person, wanted, 200, 'PATCH', { schemas: [PATCH_OP], Operations });
  }

  #replace(person: Person): Promise<void> {
    const wanted = this.#content();
    const body = { schemas: [USER], userName: person.userName, externalId: person.userName, ...wanted };
    return this.#write(person, wanted, 200, 'PUT', body);
  }

  async #write(person: Person, wanted: Wanted, success: number, method: string, body?: object) {
    person.unanswered = { wanted };
    const answer = await this.#send(method, `/Users/${person.id}`, body);
    if (answer.status === success) this.#acknowledge(person, wanted, answer);
  }

  async #send(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await this.ask(method, path, body);
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
    return answer;
  }

  #acknowledge(person: Person, content: Wanted, { body }: Answer): void {
    if (content !== undefined) person.id = (body as Shown).id;
    person.acknowledged = content;
    person.unanswered = undefined;
    this.journal.acknowledged++;
  }

  #content(): Content {
    const word = this.#word();
    const email = (type: string) => ({ value: `${word}.${type}@Example.com`, type });
    const emails = this.random() < 0.5 ? [email('work')] : [email('work'), email('home')];
    return { displayName: `Person ${word}`, title: word.toUpperCase(), active: this.random() < 0.8, emails };
  }

  #word(): string {
    return Math.floor(this.random() * 2 ** 48).toString(36);
  }
}

/** Everybody the service shows. */
export async function everybody(target: Target): Promise<Shown[]> {
  const shown: Shown[] = [];
  for (let total = 1; shown.length < total; ) {
    const { status, body } = await send(target, 'GET', `/Users?startIndex=${shown.length + 1}&count=${PAGE}`);
    const page = body as { readonly totalResults: number; readonly Resources: readonly Shown[] };
    if (status !== 200) throw new Error(`The list answers ${status}`);
    shown.push(...page.Resources);
    total = page.totalResults;
    if (page.Resources.length === 0 && shown.length < total) throw new Error(`${total} people, ${shown.length} listed`);
  }
  return shown;
}
