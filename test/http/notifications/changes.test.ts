import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestApp } from '../../support/app.js';
import { changeSettings } from '../../support/change-settings.js';
import { SmtpCatcher } from '../../support/smtp-catcher.js';
import { createGroup, people } from '../groups/groups.js';
import { person } from '../users/people.js';
import { deliver, MINUTE, mailRows, notified, seal, send, startOffice, WINDOW } from './office.js';

let app: TestApp;
let catcher: SmtpCatcher;
beforeAll(async () => {
  catcher = await SmtpCatcher.open();
  app = await startOffice(catcher);
});
afterAll(async () => {
  await app.close();
  await catcher.goAway();
});
beforeEach(() => {
  catcher.mails.length = 0;
});

const lines = (address: string) =>
  catcher.to(address).map(({ parsed }) => (parsed.text ?? '').split('\n').filter((line) => line.startsWith('- ')));
const deactivate = [{ op: 'replace', path: 'active', value: false }];

describe('A member', () => {
  it('is told of the new account, in text and HTML, by a mail that says where it comes from', async () => {
    const idp = await notified(app);
    await idp.create(
      person('kim', { emails: [{ value: 'other@example.com' }, { value: 'kim@home.example', primary: true }] }),
    );
    await deliver(app);
    expect(catcher.mails).toHaveLength(1);
    const [mail] = catcher.mails;
    expect(mail).toMatchObject({ from: 'muster@example.com', to: ['kim@home.example'] });
    const { parsed } = mail!;
    expect(parsed.from?.text).toBe('"Muster" <muster@example.com>');
    expect(parsed.subject).toBe(`${idp.tenant.slug}: Your account is active`);
    expect(parsed.text).toContain('Hello kim Doe,');
    expect(parsed.text).toContain('- Your account is active.');
    expect(parsed.html).toContain('<li>Your account is active.</li>');
    expect(parsed.messageId).toMatch(/^<[0-9a-f-]{36}@example\.com>$/);
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
    expect(await mailRows(app, idp)).toMatchObject([{ kind: 'changes', state: 'sent', content: null }]);
  });

  it('gets one mail for a window, whatever happened in it, and nothing before it is over', async () => {
    const idp = await notified(app);
    const [kim = '', lee = ''] = await people(idp, 'kim', 'lee');
    const { id: crew } = await createGroup(idp, 'Crew', [kim, lee]);
    await createGroup(idp, 'Pilots', [kim]);
    await idp.patch(`/Groups/${crew}`, [{ op: 'remove', path: `members[value eq "${lee}"]` }]);
    await seal(app);
    await send(app);
    expect(catcher.mails).toEqual([]);
    app.clock.advance(WINDOW);
    await send(app);
    expect(lines('lee@example.com')).toEqual([['- Your account is active.']]);
    const [ofKim, ...more] = lines('kim@example.com');
    expect(more).toEqual([]);
    expect(ofKim?.sort()).toEqual([
      '- You are now in the new team Crew.',
      '- You are now in the new team Pilots.',
      '- Your account is active.',
    ]);
    await send(app);
    expect(catcher.mails).toHaveLength(2);
  });

  it('is told of teams that were renamed or removed, by those who were in them', async () => {
    const idp = await notified(app);
    const [kim = '', lee = '', sam = ''] = await people(idp, 'kim', 'lee', 'sam');
    const { id: crew } = await createGroup(idp, 'Crew', [kim, lee]);
    const { id: pilots } = await createGroup(idp, 'Pilots', [kim, lee, sam]);
    await idp.patch(`/Groups/${pilots}`, [{ op: 'remove', path: `members[value eq "${sam}"]` }]);
    await deliver(app);
    catcher.mails.length = 0;
    await idp.patch(`/Groups/${crew}`, [{ op: 'replace', path: 'displayName', value: 'Ground crew' }]);
    await idp.patch(`/Groups/${crew}`, [{ op: 'remove', path: `members[value eq "${lee}"]` }]);
    await idp.delete(`/Groups/${pilots}`);
    await deliver(app);
    const sorted = (address: string) => lines(address).map((those) => [...those].sort());
    expect(sorted('kim@example.com')).toEqual([
      ['- The team Crew is now called Ground crew.', '- The team Pilots was removed.'],
    ]);
    expect(sorted('lee@example.com')).toEqual([
      ['- The team Pilots was removed.', '- You are no longer in the team Ground crew.'],
    ]);
    expect(lines('sam@example.com')).toEqual([]);
  });

  it('who is deactivated hears of that and of nothing else; who is back at once hears nothing', async () => {
    const idp = await notified(app);
    const [kim = '', lee = ''] = await people(idp, 'kim', 'lee');
    await deliver(app);
    catcher.mails.length = 0;
    await createGroup(idp, 'Crew', [kim]);
    await idp.patch(`/Users/${kim}`, deactivate);
    await idp.patch(`/Users/${lee}`, deactivate);
    await idp.patch(`/Users/${lee}`, [{ op: 'replace', path: 'active', value: true }]);
    await deliver(app);
    expect(lines('kim@example.com')).toEqual([['- Your account was deactivated.']]);
    expect(lines('lee@example.com')).toEqual([]);
    await idp.delete(`/Users/${lee}`);
    await deliver(app);
    expect(lines('lee@example.com')).toEqual([['- Your account was deactivated.']]);
  });

  it('without a usable address is passed over', async () => {
    const idp = await notified(app);
    await idp.create({ ...person('kim'), userName: 'kim' });
    await idp.create(person('lee', { emails: [{ value: 'friends: a@example.com, b@example.com;', primary: true }] }));
    await deliver(app);
    expect(catcher.mails).toEqual([]);
    expect(await mailRows(app, idp)).toEqual(
      [1, 2].map(() => expect.objectContaining({ state: 'skipped', last_error: expect.stringMatching(/no address/) })),
    );
  });
});

describe('A window with more members than the tenant tells one by one', () => {
  it('is one digest to each admin, and no mail to a member', async () => {
    const idp = await notified(app, { digestAbove: 3, adminEmails: ['ada@example.com', 'bob@example.com'] });
    const ids = await people(idp, 'a', 'b', 'c', 'd');
    await createGroup(idp, 'Crew', ids);
    await idp.patch(`/Users/${ids[0]}`, deactivate);
    await deliver(app);
    expect(catcher.mails.flatMap(({ to }) => to).sort()).toEqual(['ada@example.com', 'bob@example.com']);
    expect(lines('ada@example.com')).toEqual([
      [
        '- Accounts that became active: 4',
        '- Accounts that were deactivated: 1',
        '- Members who joined a team: 4',
        '- Teams that were created: 1',
      ],
    ]);
    expect(await mailRows(app, idp)).toMatchObject([{ kind: 'digest' }, { kind: 'digest' }]);
  });

  it('is one also when all it did was to rename a large team', async () => {
    const idp = await notified(app, { digestAbove: 3, adminEmails: ['ada@example.com'] });
    const { id } = await createGroup(idp, 'Crew', await people(idp, 'a', 'b', 'c', 'd'));
    await deliver(app);
    catcher.mails.length = 0;
    await idp.patch(`/Groups/${id}`, [{ op: 'replace', path: 'displayName', value: 'Crews' }]);
    await deliver(app);
    expect(catcher.mails.map(({ to }) => to)).toEqual([['ada@example.com']]);
    expect(lines('ada@example.com')).toEqual([['- Teams that were renamed: 1']]);
  });

  it('tells each of them where there is exactly the number allowed, as a control', async () => {
    const idp = await notified(app, { digestAbove: 4, adminEmails: ['ada@example.com'] });
    await people(idp, 'a', 'b', 'c', 'd');
    await deliver(app);
    expect(catcher.mails).toHaveLength(4);
    expect(catcher.to('ada@example.com')).toEqual([]);
  });

  it('counts the members of one window only', async () => {
    const idp = await notified(app, { digestAbove: 3, adminEmails: ['ada@example.com'] });
    await people(idp, 'a', 'b', 'c');
    await seal(app);
    app.clock.advance(5 * MINUTE);
    await people(idp, 'd', 'e', 'f');
    await deliver(app);
    expect(catcher.mails).toHaveLength(6);
  });
});

describe('Notifications', () => {
  const planned = (tenantId: string) => app.rows('select state from deliveries where tenant_id = $1', [tenantId]);

  it('are off unless switched on: nothing is even planned', async () => {
    const idp = await app.connection();
    await people(idp, 'kim');
    await seal(app);
    expect(await planned(idp.tenant.id)).toEqual([]);
    await changeSettings(app, idp.tenant.id, { notifications: true });
    await people(idp, 'lee');
    await seal(app);
    expect(await planned(idp.tenant.id)).toEqual([{ state: 'pending' }]);
    await deliver(app);
    expect(catcher.mails.flatMap(({ to }) => to)).toEqual(['lee@example.com']);
  });

  it('that are switched off before a window is over send nothing of it', async () => {
    const idp = await notified(app);
    await people(idp, 'kim');
    await seal(app);
    await changeSettings(app, idp.tenant.id, { notifications: false });
    await deliver(app);
    expect(catcher.mails).toEqual([]);
    expect(await planned(idp.tenant.id)).toEqual([{ state: 'dead' }]);
  });

  it('of events that are no longer kept are none, and hold up nothing', async () => {
    const idp = await notified(app);
    await people(idp, 'kim');
    await seal(app);
    await app.rows(`delete from events where tenant_id = $1 and type = 'member.provisioned'`, [idp.tenant.id]);
    app.clock.advance(WINDOW);
    await people(idp, 'lee');
    await deliver(app);
    expect(catcher.mails.flatMap(({ to }) => to)).toEqual(['lee@example.com']);
    expect(await planned(idp.tenant.id)).toEqual([{ state: 'delivered' }, { state: 'delivered' }]);
  });

  it('are told of when they are switched, with the state before and after, once', async () => {
    const { tenant } = await notified(app);
    await changeSettings(app, tenant.id, { notifications: true, adminEmails: ['ada@example.com'] });
    await changeSettings(app, tenant.id, { adminEmails: ['ada@example.com'] });
    const events = await app.rows(
      `select actor_type, data from events where tenant_id = $1 and type = 'tenant.settings_changed'
       order by data ->> 'changed' desc`,
      [tenant.id],
    );
    expect(events.map(({ data }) => data)).toEqual([
      { changed: ['notifications'], before: { notifications: false }, after: { notifications: true } },
      { changed: ['adminEmails'], before: { adminEmails: [] }, after: { adminEmails: ['ada@example.com'] } },
    ]);
  });
});
