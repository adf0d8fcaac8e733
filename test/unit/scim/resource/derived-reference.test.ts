import { describe, expect, it } from '@jest/globals';
import { absoluteReferences, LENIENT, parseResource, URN, UserType } from '../../../../src/scim/index.js';

const BASE = 'https://scim.example.com/scim/v2';
const managed = (manager: object) => JSON.stringify({ userName: 'kim', [URN.enterpriseUser]: { manager } });
const shown = (manager: object) => JSON.parse(absoluteReferences(managed(manager), BASE))[URN.enterpriseUser].manager;

describe('references in a stored resource', () => {
  it.each([
    ['as it is stored', { value: 'm-1', $ref: '../Users/m-1', displayName: 'Mara' }],
    [
      'with a URI of the client in its place',
      { value: 'm-1', $ref: 'https://evil.example/Users/m-1', displayName: 'Mara' },
    ],
    ['with what looks like one, behind it', { $ref: 'x', value: 'm-1', displayName: 'Mara' }],
  ])('are absolute: %s', (_, manager) => {
    expect(shown(manager)).toEqual({ value: 'm-1', $ref: `${BASE}/Users/m-1`, displayName: 'Mara' });
  });

  it('are left alone where a text only looks like one', () => {
    const text = JSON.stringify({ userName: '"$ref":"../Users/x"', title: '$ref' });
    expect(absoluteReferences(text, BASE)).toBe(text);
  });

  it('escape an id that could lead elsewhere', () => {
    expect(shown({ value: '../a?b', $ref: '../Users/..%2Fa%3Fb' }).$ref).toBe(`${BASE}/Users/..%2Fa%3Fb`);
  });

  it('are never stored as a client sends them', () => {
    const body = {
      schemas: [URN.user, URN.enterpriseUser],
      userName: 'kim',
      [URN.enterpriseUser]: { manager: { value: 'm-1', $ref: 'https://evil.example/m-1' } },
    };
    const { resource } = parseResource(body, UserType, LENIENT, new Set());
    expect(resource[URN.enterpriseUser]).toEqual({ manager: { value: 'm-1', $ref: '../Users/m-1' } });
  });
});
