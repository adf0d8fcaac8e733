import { describe, expect, it } from '@jest/globals';
import {
  type Admission,
  admit,
  type Candidates,
  isAnotherPerson,
  keepingExternalId,
} from '../../../src/domain/admission.js';
import { IDP_NAMES, IDP_PROFILES } from '../../../src/domain/idp-profile.js';
import type { Member, MemberResource } from '../../../src/domain/member.js';

const CONNECTION = 'c-1';

function member(id: string, more: Partial<Member> = {}): Member {
  return {
    id,
    scimId: `s-${id}`,
    connectionId: CONNECTION,
    externalId: null,
    userName: 'kim@example.com',
    active: true,
    breakGlass: false,
    awaitsIdp: false,
    resource: {},
    version: 3,
    createdAt: '2026-11-01T00:00:00.000Z',
    updatedAt: '2026-11-02T00:00:00.000Z',
    teams: [],
    ...more,
  };
}

const wanted = (externalId: string | undefined): MemberResource => ({
  userName: 'kim@example.com',
  ...(externalId !== undefined && { externalId }),
});

function outcome(admission: Admission): string {
  if (admission.kind === 'conflict') return `conflict ${admission.attribute}`;
  return 'member' in admission ? `${admission.kind} ${admission.member.id}` : admission.kind;
}

const BY_USER_NAME = IDP_NAMES.filter((name) => IDP_PROFILES[name].reactivateByUserName);
const BY_EXTERNAL_ID = IDP_NAMES.filter((name) => !IDP_PROFILES[name].reactivateByUserName);

/** The stored externalId and that of the POST, for one live member of the connection with the userName of the POST. */
interface Row {
  readonly stored: string | null;
  readonly sent: string | undefined;
  /** Where an equal userName is enough to reactivate, and elsewhere. */
  readonly byUserName: string;
  readonly otherwise: string;
}
const TAKEN = 'conflict userName';
const ROWS: readonly Row[] = [
  { stored: 'A', sent: 'A', byUserName: 'reactivate kim', otherwise: 'reactivate kim' },
  { stored: 'A', sent: 'B', byUserName: TAKEN, otherwise: TAKEN },
  { stored: 'A', sent: 'a', byUserName: TAKEN, otherwise: TAKEN },
  { stored: 'A', sent: undefined, byUserName: 'reactivate kim', otherwise: TAKEN },
  { stored: null, sent: 'B', byUserName: 'reactivate kim', otherwise: TAKEN },
  { stored: null, sent: undefined, byUserName: 'reactivate kim', otherwise: TAKEN },
];

function admitted(idp: (typeof IDP_NAMES)[number], sent: string | undefined, candidates: Candidates): string {
  const connection = { id: CONNECTION, profile: IDP_PROFILES[idp] };
  return outcome(admit(wanted(sent), connection, { adoptionPolicy: 'link' }, candidates));
}

describe('A POST with the userName of an inactive member', () => {
  for (const { stored, sent, byUserName, otherwise } of ROWS) {
    const expected = (idp: (typeof IDP_NAMES)[number]) => (BY_USER_NAME.includes(idp) ? byUserName : otherwise);
    it.each([...BY_USER_NAME, ...BY_EXTERNAL_ID])(`stored ${stored}, sent ${sent}: %s`, (idp) => {
      const kim = member('kim', { active: false, externalId: stored });
      const candidates = { byUserName: kim, ...(stored !== null && stored === sent && { byExternalId: kim }) };
      expect(admitted(idp, sent, candidates)).toBe(expected(idp));
    });
  }

  it.each(IDP_NAMES)('of another connection is refused, whatever the externalIds: %s', (idp) => {
    for (const { stored, sent } of ROWS) {
      const kim = member('kim', { active: false, externalId: stored, connectionId: 'c-2' });
      expect(admitted(idp, sent, { byUserName: kim })).toBe(TAKEN);
    }
  });
});

describe('A POST with the userName of an active member', () => {
  it.each(IDP_NAMES)('is refused, whatever the externalIds: %s', (idp) => {
    for (const { stored, sent } of ROWS) {
      const kim = member('kim', { externalId: stored });
      const candidates = { byUserName: kim, ...(stored !== null && stored === sent && { byExternalId: kim }) };
      expect(admitted(idp, sent, candidates)).toBe(TAKEN);
    }
  });
});

describe('A POST that a removed member answers to', () => {
  const removed = member('old', { scimId: null, active: false, externalId: 'B' });

  it.each(IDP_NAMES)('restores that member: %s', (idp) => {
    expect(admitted(idp, 'B', { removed })).toBe('restore old');
  });

  it.each(IDP_NAMES)('takes up nobody else for the userName: %s', (idp) => {
    expect(admitted(idp, 'B', { removed, byUserName: member('kim', { active: false }) })).toBe(TAKEN);
  });

  it.each(BY_USER_NAME)('that has no externalId either gives way to an inactive member: %s', (idp) => {
    const nameless = { ...removed, externalId: null };
    const byUserName = member('kim', { active: false });
    expect(admitted(idp, undefined, { removed: nameless, byUserName })).toBe('reactivate kim');
  });

  it.each(IDP_NAMES)('is a new person where nobody answers: %s', (idp) => {
    expect(admitted(idp, 'C', {})).toBe('create');
  });
});

describe('A member that an admin linked', () => {
  const expecting = (externalId: string | null) => member('kim', { awaitsIdp: true, externalId });

  it.each(IDP_NAMES)('is found by the userName unless the externalId contradicts: %s', (idp) => {
    expect(admitted(idp, 'B', { byUserName: expecting(null) })).toBe('reactivate kim');
    expect(admitted(idp, 'B', { byUserName: expecting('A') })).toBe(TAKEN);
  });
});

describe('Another person', () => {
  it.each([
    [false, 'A', 'B', true],
    [false, 'A', 'A', false],
    [false, 'A', undefined, false],
    [false, null, 'B', false],
    [false, null, undefined, false],
    [true, 'A', 'B', false],
  ])('active %s, stored %s, wanted %s: %s', (active, externalId, sent, expected) => {
    expect(isAnotherPerson(member('kim', { active, externalId }), wanted(sent))).toBe(expected);
  });

  it('cannot be named after a POST without externalId, because the stored one stays', () => {
    const kim = member('kim', { active: false, externalId: 'A' });
    expect(keepingExternalId(kim, wanted(undefined)).externalId).toBe('A');
    expect(keepingExternalId(kim, wanted('B')).externalId).toBe('B');
    expect(keepingExternalId(member('kim'), wanted(undefined))).not.toHaveProperty('externalId');
  });
});
