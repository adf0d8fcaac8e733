import { describe, expect, it } from '@jest/globals';
import type { DomainEvent } from '../../../src/domain/domain-event.js';
import type { RecordedEvent } from '../../../src/domain/sealed-event.js';
import { WindowFold } from '../../../src/notifications/window-fold.js';

function event(type: DomainEvent['type'], subjectId: string, data: object = {}): RecordedEvent {
  return {
    id: 'e',
    type,
    occurredAt: '2026-01-15T10:00:00.000Z',
    actor: { type: 'operator', id: null, connectionId: null, tokenId: null },
    requestId: null,
    subjectType: type.startsWith('member.') ? 'member' : 'team',
    subjectId,
    subjectVersion: null,
    dataJson: JSON.stringify(data),
  };
}

const people = (...ids: string[]) => ids.map((id) => ({ id, scimId: id }));
const joined = (team: string, ...ids: string[]) =>
  event('team.membership_changed', team, { added: people(...ids), removed: [] });
const left = (team: string, ...ids: string[]) =>
  event('team.membership_changed', team, { added: [], removed: people(...ids) });
const on = (id: string) => event('member.reactivated', id, { changed: ['active'], after: { active: true } });
const off = (id: string) => event('member.deactivated', id, { changed: ['active'], after: { active: false } });
const created = (id: string, displayName: string) => event('team.created', id, { after: { displayName } });
const renamed = (id: string, before: string, after: string) =>
  event('team.renamed', id, { before: { displayName: before }, after: { displayName: after } });
const removed = (id: string, displayName: string) => event('team.removed', id, { before: { displayName } });

const NAMES = new Map([['t', 'Crew']]);

/** What `kim` is told after these events; `audience` is in the team `t`. */
function told(events: readonly RecordedEvent[], audience: readonly string[] = [], names = NAMES) {
  const fold = new WindowFold(100);
  for (const each of events) fold.add(each);
  return fold.notices({ names, audiences: new Map([['t', audience]]) }).get('kim') ?? [];
}

describe('What a window comes to', () => {
  it.each<[string, RecordedEvent[], object[]]>([
    ['a new account', [event('member.provisioned', 'kim', { after: {} })], [{ kind: 'activated' }]],
    ['a new account that is not active', [event('member.provisioned', 'kim', { after: { active: false } })], []],
    ['a new account that is gone again', [event('member.provisioned', 'kim', { after: {} }), off('kim')], []],
    ['off', [off('kim')], [{ kind: 'deactivated' }]],
    ['off and on', [off('kim'), on('kim')], []],
    ['off, on and off', [off('kim'), on('kim'), off('kim')], [{ kind: 'deactivated' }]],
    ['a removal', [event('member.removed', 'kim', { before: { active: true } })], [{ kind: 'deactivated' }]],
    ['a removal of somebody inactive', [event('member.removed', 'kim', { before: { active: false } })], []],
    ['an erasure', [event('member.removed', 'kim', { reason: 'erased' })], []],
    ['an adoption', [event('member.linked', 'kim', { changed: ['title'] })], []],
    [
      'an adoption that switches on',
      [event('member.linked', 'kim', { changed: ['active'], after: { active: true } })],
      [{ kind: 'activated' }],
    ],
    ['joining', [joined('t', 'lee', 'kim')], [{ kind: 'joined', team: { id: 't', name: 'Crew' }, isNew: false }]],
    ['joining and leaving', [joined('t', 'kim'), left('t', 'kim')], []],
    ['leaving', [left('t', 'kim')], [{ kind: 'left', team: { id: 't', name: 'Crew' } }]],
    ['leaving and joining', [left('t', 'kim'), joined('t', 'kim')], []],
    [
      'a new team',
      [joined('t', 'kim'), created('t', 'Pilots')],
      [{ kind: 'joined', team: { id: 't', name: 'Pilots' }, isNew: true }],
    ],
    ['a new team that is gone again', [created('t', 'Pilots'), joined('t', 'kim'), removed('t', 'Pilots')], []],
    [
      'leaving a team that is removed then',
      [left('t', 'kim'), removed('t', 'Crew')],
      [{ kind: 'left', team: { id: 't', name: 'Crew' } }],
    ],
    [
      'joining a team that is renamed then',
      [joined('t', 'kim'), renamed('t', 'Crew', 'Pilots')],
      [{ kind: 'joined', team: { id: 't', name: 'Pilots' }, isNew: false }],
    ],
  ])('is for one person, after %s', (_what, events, notices) => {
    expect(told(events)).toEqual(notices);
  });

  it.each<[string, RecordedEvent[], object[]]>([
    [
      'another name',
      [renamed('t', 'Crew', 'Pilots'), renamed('t', 'Pilots', 'Flyers')],
      [{ kind: 'teamRenamed', team: { id: 't', name: 'Flyers' }, before: 'Crew' }],
    ],
    ['another name and back', [renamed('t', 'Crew', 'Pilots'), renamed('t', 'Pilots', 'Crew')], []],
    [
      'a removal after another name',
      [renamed('t', 'Crew', 'Pilots'), removed('t', 'Pilots')],
      [{ kind: 'teamRemoved', team: { id: 't', name: 'Crew' } }],
    ],
    ['a removal after joining it', [joined('t', 'kim'), removed('t', 'Crew')], []],
  ])('is for a member of a team, after %s', (_what, events, notices) => {
    expect(told(events, ['kim'])).toEqual(notices);
  });

  it('leaves out a team that nobody can name any more', () => {
    expect(told([joined('t', 'kim')], [], new Map())).toEqual([]);
  });

  it('asks for the names and the people it needs, and for no others', () => {
    const fold = new WindowFold(100);
    for (const each of [
      joined('a', 'kim'),
      created('b', 'B'),
      joined('b', 'kim'),
      renamed('c', 'C', 'D'),
      removed('d', 'D'),
      created('e', 'E'),
      removed('e', 'E'),
    ])
      fold.add(each);
    expect(fold.namelessTeams()).toEqual(['a']);
    expect(fold.teamsWithAudience()).toEqual([
      { id: 'c', removed: false },
      { id: 'd', removed: true },
    ]);
  });

  it('is counts alone once more members are concerned than are told', () => {
    const fold = new WindowFold(2);
    fold.add(joined('t', 'a', 'b'));
    expect(fold.isMass).toBe(false);
    fold.add(off('a'));
    expect(fold.isMass).toBe(false);
    fold.add(renamed('t', 'A', 'B'));
    fold.add(on('c'));
    fold.add(left('t', 'a', 'b', 'c'));
    fold.add(removed('t', 'B'));
    expect(fold.isMass).toBe(true);
    expect(fold.teamsWithAudience()).toEqual([]);
    expect(fold.notices({ names: NAMES, audiences: new Map() }).size).toBe(0);
    expect(fold.counts).toEqual({
      activated: 1,
      deactivated: 1,
      joined: 2,
      left: 3,
      teamCreated: 0,
      teamRenamed: 1,
      teamRemoved: 1,
    });
  });
});
