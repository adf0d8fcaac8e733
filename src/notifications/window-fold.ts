import type { DomainEvent } from '../domain/domain-event.js';
import type { Counts, MemberNotice } from '../domain/mail.js';
import { dataOf, type RecordedEvent } from '../domain/sealed-event.js';

/** Something that goes back and forth: where it stands, and how often it went. Gone an even number of times, it is where it was. */
interface Switch<T> {
  readonly last: T;
  readonly times: number;
}

type Activity = 'activated' | 'deactivated';
type Move = 'joined' | 'left';

interface TeamStory {
  readonly created?: boolean;
  readonly removed?: boolean;
  /** Before the first change of the window. */
  readonly before?: string;
  readonly name?: string;
}

const NOTHING: Counts = {
  activated: 0,
  deactivated: 0,
  joined: 0,
  left: 0,
  teamCreated: 0,
  teamRenamed: 0,
  teamRemoved: 0,
};

/** Whom the fate of a team concerns, and what teams are called that no event of the window names. */
export interface Surroundings {
  readonly names: ReadonlyMap<string, string>;
  /** By the id of a team that was renamed or removed. */
  readonly audiences: ReadonlyMap<string, readonly string[]>;
}

/**
 * What a window comes to: its events one by one, in their order, and at the end the notices of each member, without what
 * cancels out. When too many members are concerned it only counts, so a window of any size takes little memory.
 */
export class WindowFold {
  private readonly total: Record<keyof Counts, number> = { ...NOTHING };
  private readonly concerned = new Set<string>();
  private readonly activities = new Map<string, Switch<Activity>>();
  /** By member, then by team. */
  private readonly moves = new Map<string, Map<string, Switch<Move>>>();
  private readonly teams = new Map<string, TeamStory>();

  /** @param digestAbove so many members may be told themselves */
  constructor(private readonly digestAbove: number) {}

  /** Whether the admins are told instead of the members. */
  get isMass(): boolean {
    return this.concerned.size > this.digestAbove;
  }

  get counts(): Counts {
    return { ...this.total };
  }

  add(event: RecordedEvent): void {
    const data = dataOf(event);
    if (event.subjectType === 'member') this.addActivity(event.subjectId, activityIn(event.type, data));
    else if (event.type === 'team.membership_changed') this.addMoves(event.subjectId, data);
    else this.addTeam(event, data);
  }

  /** Teams whose members have to be known; empty once only counting is left. */
  teamsWithAudience(): readonly { readonly id: string; readonly removed: boolean }[] {
    return [...this.teams]
      .filter(([, story]) => isRemoved(story) || isRenamed(story))
      .map(([id, { removed = false }]) => ({ id, removed }));
  }

  /** Teams of which an event of the window speaks without a name. */
  namelessTeams(): readonly string[] {
    const joined = [...this.moves.values()].flatMap((teams) => [...teams.keys()]);
    return [...new Set(joined)].filter((id) => this.teams.get(id)?.name === undefined);
  }

  /** Counts people among those concerned whom no event names. */
  concern(memberIds: readonly string[]): void {
    for (const id of memberIds) this.touch(id);
  }

  /** By member. A team without a name is gone in the meantime: nobody needs to hear of it. */
  notices({ names, audiences }: Surroundings): ReadonlyMap<string, readonly MemberNotice[]> {
    const found = new Map<string, MemberNotice[]>();
    const tell = (memberId: string, notice: MemberNotice) =>
      found.set(memberId, [...(found.get(memberId) ?? []), notice]);
    for (const [memberId, { last, times }] of this.activities) if (isOdd(times)) tell(memberId, { kind: last });
    for (const [memberId, teams] of this.moves) {
      for (const [id, { last, times }] of teams) {
        const story = this.teams.get(id) ?? {};
        const name = story.name ?? names.get(id) ?? story.before;
        if (!isOdd(times) || name === undefined || (story.removed && (story.created || last === 'joined'))) continue;
        const team = { id, name };
        tell(memberId, last === 'joined' ? { kind: last, team, isNew: story.created === true } : { kind: last, team });
      }
    }
    for (const [id, story] of this.teams) {
      for (const memberId of audiences.get(id) ?? []) {
        const notice = fateOf(id, story, this.moves.get(memberId)?.get(id));
        if (notice) tell(memberId, notice);
      }
    }
    return found;
  }

  private addActivity(memberId: string, activity: Activity | undefined): void {
    if (!activity) return;
    this.total[activity] += 1;
    this.touch(memberId);
    if (this.isMass) return;
    this.activities.set(memberId, { last: activity, times: (this.activities.get(memberId)?.times ?? 0) + 1 });
  }

  private addMoves(teamId: string, data: DomainEvent['data']): void {
    for (const [move, people] of Object.entries(movesIn(data)) as [Move, readonly string[]][]) {
      for (const memberId of people) {
        this.total[move] += 1;
        this.touch(memberId);
        if (this.isMass) continue;
        const ofMember = this.moves.get(memberId) ?? new Map<string, Switch<Move>>();
        this.moves.set(memberId, ofMember.set(teamId, { last: move, times: (ofMember.get(teamId)?.times ?? 0) + 1 }));
      }
    }
  }

  private addTeam({ type, subjectId }: RecordedEvent, data: DomainEvent['data']): void {
    const [before, after] = [nameIn(data.before), nameIn(data.after)];
    const known = this.teams.get(subjectId) ?? {};
    const story = storyAfter(type, known, before, after);
    if (!story) return;
    this.total[story.counted] += 1;
    if (!this.isMass) this.teams.set(subjectId, story.story);
  }

  private touch(memberId: string): void {
    if (this.isMass) return;
    this.concerned.add(memberId);
    if (!this.isMass) return;
    this.activities.clear();
    this.moves.clear();
    this.teams.clear();
  }
}

const isOdd = (times: number): boolean => times % 2 === 1;
const isRemoved = ({ removed, created }: TeamStory): boolean => removed === true && !created;
const isRenamed = ({ removed, created, before, name }: TeamStory): boolean =>
  !removed && !created && before !== undefined && before !== name;

/** What a member of a team is told of it, unless joining or leaving it in the same window has said so already. */
function fateOf(id: string, story: TeamStory, move: Switch<Move> | undefined): MemberNotice | undefined {
  const { name = '', before = name } = story;
  if (move && isOdd(move.times)) return undefined;
  if (!isRemoved(story) && !isRenamed(story)) return undefined;
  return isRemoved(story)
    ? { kind: 'teamRemoved', team: { id, name: before } }
    : { kind: 'teamRenamed', team: { id, name }, before };
}

/** Whether the account began or ceased to work by this event. */
function activityIn(type: DomainEvent['type'], { before, after, changed }: DomainEvent['data']): Activity | undefined {
  switch (type) {
    case 'member.provisioned':
    case 'member.reactivated':
      return after?.active === false ? undefined : 'activated';
    case 'member.deactivated':
      return 'deactivated';
    case 'member.removed':
      return before?.active === true ? 'deactivated' : undefined;
    case 'member.linked':
      if (!changed?.includes('active')) return undefined;
      return after?.active === false ? 'deactivated' : 'activated';
    default:
      return undefined;
  }
}

function movesIn(data: DomainEvent['data']): Readonly<Record<Move, readonly string[]>> {
  const { added = [], removed = [] } = data as Partial<Record<'added' | 'removed', readonly { readonly id: string }[]>>;
  return { joined: added.map(({ id }) => id), left: removed.map(({ id }) => id) };
}

function nameIn(attributes: Readonly<Record<string, unknown>> | undefined): string | undefined {
  return typeof attributes?.displayName === 'string' ? attributes.displayName : undefined;
}

function storyAfter(
  type: DomainEvent['type'],
  known: TeamStory,
  before: string | undefined,
  after: string | undefined,
): { readonly story: TeamStory; readonly counted: keyof Counts } | undefined {
  const first = known.before ?? before;
  const began = first === undefined ? {} : { before: first };
  switch (type) {
    case 'team.created':
      return {
        counted: 'teamCreated',
        story: { ...known, created: true, ...(after !== undefined && { name: after }) },
      };
    case 'team.renamed':
      return { counted: 'teamRenamed', story: { ...known, ...began, ...(after !== undefined && { name: after }) } };
    case 'team.removed':
      return { counted: 'teamRemoved', story: { ...known, ...began, removed: true } };
    default:
      return undefined;
  }
}
