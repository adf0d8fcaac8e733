import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../../src/http/logger.js';
import { withoutSecrets } from '../../../src/http/without-secrets.js';

describe('fields of a log line', () => {
  it('come back as they are when none is suspicious', () => {
    const fields = { requestId: '1', tenant: 'acme', nested: { status: 200 } };
    expect(withoutSecrets(fields)).toBe(fields);
  });

  it('lose the values of suspicious names at any depth, and the object that was logged keeps them', () => {
    const fields = {
      Authorization: 'Bearer x',
      request: { headers: { cookie: 'x' }, list: [{ password: 'x', ok: 1 }] },
    };
    expect(withoutSecrets(fields)).toEqual({
      Authorization: '[hidden]',
      request: { headers: '[hidden]', list: [{ password: '[hidden]', ok: 1 }] },
    });
    expect(fields.Authorization).toBe('Bearer x');
  });
});

describe('an error in the log', () => {
  it('shows its message, code and causes, and not the values of the statement that failed', () => {
    const lines: string[] = [];
    const logger = createLogger('info', { write: (line) => lines.push(line) });
    const driver = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: '(user_name)=(ada@example.com)',
    });
    logger.error({
      err: Object.assign(new Error('query failed', { cause: driver }), { parameters: ['ada@example.com'] }),
    });
    expect(JSON.parse(lines[0] ?? '').err).toMatchObject({
      message: 'query failed',
      cause: { message: 'duplicate key', code: '23505' },
    });
    expect(lines[0]).not.toContain('ada@example.com');
  });
});
