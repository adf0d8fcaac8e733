import { describe, expect, it } from '@jest/globals';
import { HTTP, CloudEvent as OracleEvent } from 'cloudevents';
import { GENESIS_HASH, type SealedEvent } from '../../../src/domain/sealed-event.js';
import { CLOUD_EVENT_TYPE, cloudEvent } from '../../../src/events/cloud-event.js';

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

  it('names nobody where nobody in particular acted', () => {
    const actor = { type: 'system', id: null, connectionId: null, tokenId: null } as const;
    expect(cloudEvent({ ...sealed, event: { ...sealed.event, actor } })).not.toHaveProperty('actorid');
  });
});
