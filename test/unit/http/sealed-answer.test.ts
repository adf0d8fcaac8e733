import { describe, expect, it } from '@jest/globals';
import { openAnswer, sealAnswer } from '../../../src/http/sealed-answer.js';

const seal = { token: 'the token of the client', request: 'a digest' };
const sealed = sealAnswer('a secret answer', seal);

describe('A sealed answer', () => {
  it('opens with the same token and request', () => {
    expect(openAnswer(sealed, seal)).toBe('a secret answer');
  });

  it('is another text each time, and never the answer', () => {
    expect(sealAnswer('a secret answer', seal)).not.toBe(sealed);
    expect(Buffer.from(sealed, 'base64').includes('secret')).toBe(false);
  });

  it.each([
    ['another token', sealed, { ...seal, token: 'x' }],
    ['another request', sealed, { ...seal, request: 'x' }],
    ['a changed byte', `${sealed.slice(0, -4)}AAAA`, seal],
    ['nothing', '', seal],
  ])('does not open with %s', (_what, text, with_) => {
    expect(openAnswer(text, with_)).toBeUndefined();
  });
});
