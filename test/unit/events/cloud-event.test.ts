import { describe, expect, it } from '@jest/globals';
import { HTTP, CloudEvent as OracleEvent } from 'cloudevents';
import { GENESIS_HASH, type SealedEvent } from '../../../src/domain/sealed-event.js';
import { CLOUD_EVENT_TYPE, cloudEvent, pushedEventText } from '../../../src/events/cloud-event.js';
import { readCursor } from '../../../src/events/event-cursor.js';

const sealed: SealedEvent = {
  tenantId: '0198c0de-0000-7000-8000-000000000001',
  seq: 42,
  hash: 'ab'.repeat(32),
  previousHash: GENESIS_HASH,
  sealedAt: '2026-03-01T12:00:00.200Z',
  event: {
    id: '0198c0de-0000-7000-8000-000000000002',
    type: 'member.provisioned',
    occurredAt: '2026-03-01T12:00:00.000Z',
    actor: { type: 'service_account', id: '0198c0de-0000-7000-8000-000000000003', connectionId: null, tokenId: null },
    requestId: 'r-1',
    subjectType: 'member',
    subjectId: '0198c0de-0000-7000-8000-000000000004',
    subjectVersion: 1,
    dataJson: '{"scimId": "s-1", "after": {"userName": "kim@example.com"}}',
  },
};

describe('An event on its way out', () => {
  it('has the attributes of CloudEvents, the place in its tenant and the data as it was written', () => {
    expect(cloudEvent(sealed)).toEqual({
      specversion: '1.0',
      id: sealed.event.id,
      source: 'urn:muster:tenant:0198c0de-0000-7000-8000-000000000001',
      type: 'muster.member.provisioned',
      subject: sealed.event.subjectId,
      time: '2026-03-01T12:00:00.000Z',
      datacontenttype: 'application/json',
      sequence: '42',
      sequencetype: 'Integer',
      subjecttype: 'member',
      actortype: 'service_account',
      actorid: '0198c0de-0000-7000-8000-000000000003',
      data: { scimId: 's-1', after: { userName: 'kim@example.com' } },
    });
  });

  it('is read back by another implementation, which finds nothing wrong with it', () => {
    const written = cloudEvent(sealed);
    const read = HTTP.toEvent({ headers: { 'content-type': CLOUD_EVENT_TYPE }, body: JSON.stringify(written) });
    expect(new OracleEvent({ ...written }).validate()).toBe(true);
    expect(JSON.parse(String(read))).toEqual(written);
  });

  it('goes to a sink with a reference to the events API instead of data that is too large', () => {
    const large = {
      ...sealed,
      event: { ...sealed.event, dataJson: JSON.stringify({ after: { note: 'ä'.repeat(300_000) } }) },
    };
    const pushed = JSON.parse(pushedEventText(large));
    expect(pushed).not.toHaveProperty('data');
    expect(pushed).toMatchObject({ id: sealed.event.id, sequence: '42' });
    const { searchParams } = new URL(pushed.dataref, 'http://localhost');
    expect(readCursor(searchParams.get('after') ?? '', sealed.tenantId)).toBe(41);
    expect(new OracleEvent(pushed).validate()).toBe(true);
    // As a control: what fits goes out as it is, also in bytes of UTF-8.
    expect(JSON.parse(pushedEventText(sealed))).toEqual(cloudEvent(sealed));
    expect(JSON.parse(pushedEventText(large, 1_000_000))).toHaveProperty('data');
  });

  it('of a webhook endpoint shows the host of a URL only, also when it was stored with all of it', () => {
    const before = { url: 'https://hooks.example.com/services/T0/secret?key=secret', status: 'enabled' };
    const event = { ...sealed.event, subjectType: 'webhook_endpoint' as const, dataJson: JSON.stringify({ before }) };
    expect(cloudEvent({ ...sealed, event }).data).toEqual({
      before: { url: 'https://hooks.example.com', status: 'enabled' },
    });
  });

  it('names nobody where nobody in particular acted', () => {
    const actor = { type: 'system', id: null, connectionId: null, tokenId: null } as const;
    expect(cloudEvent({ ...sealed, event: { ...sealed.event, actor } })).not.toHaveProperty('actorid');
  });
});
