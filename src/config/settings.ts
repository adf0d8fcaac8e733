import { isIP } from 'node:net';

/** What is wrong with one value, as a sentence. */
export interface Fault {
  readonly fault: string;
}

/** How one name of the environment becomes a value. */
export interface Setting<T> {
  readonly name: string;
  /** Whether `NAME_FILE` may hold the path of a file with the value: for secrets, which are never echoed either. */
  readonly fromFile: boolean;
  read(value: string | undefined): T | Fault;
}

export const plain = <T>(name: string, read: Setting<T>['read']): Setting<T> => ({ name, fromFile: false, read });
export const hidden = <T>(name: string, read: Setting<T>['read']): Setting<T> => ({ name, fromFile: true, read });

export const text = (name: string, otherwise: string): Setting<string> => plain(name, (value) => value ?? otherwise);

export function wholeNumber(name: string, otherwise: number, range: { least: number; most: number }): Setting<number> {
  return plain<number>(name, (value) => {
    if (value === undefined) return otherwise;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= range.least && number <= range.most) return number;
    return { fault: `${name} must be a whole number from ${range.least} to ${range.most}, but it is "${value}".` };
  });
}

/** Undefined where it is not set. */
export function optionalNumber(name: string, range: { least: number; most: number }): Setting<number | undefined> {
  const setting = wholeNumber(name, range.least, range);
  return plain<number | undefined>(name, (value) => (value === undefined ? undefined : setting.read(value)));
}

export function choice<const T extends string>(name: string, choices: readonly T[], otherwise: T): Setting<T> {
  return plain<T>(name, (value) => {
    if (value === undefined) return otherwise;
    const chosen = choices.find((candidate) => candidate === value);
    return chosen ?? { fault: `${name} must be one of ${choices.join(', ')}, but it is "${value}".` };
  });
}

export function flag(name: string, otherwise: boolean): Setting<boolean> {
  const setting = choice(name, ['on', 'off'], otherwise ? 'on' : 'off');
  return plain<boolean>(name, (value) => {
    const read = setting.read(value);
    return typeof read === 'string' ? read === 'on' : read;
  });
}

/** `off`, `on` for one, or how many proxies a request passes. */
export function proxies(name: string): Setting<number> {
  return plain<number>(name, (value = 'off') => {
    if (value === 'off') return 0;
    if (value === 'on') return 1;
    if (/^[1-9]$/.test(value)) return Number(value);
    return { fault: `${name} must be off, on or the number of proxies in front, up to 9, but it is "${value}".` };
  });
}

/** The base of all links in answers: kept without a slash at the end, so that paths are appended as they are. */
export function httpUrl(name: string): Setting<string | undefined> {
  return plain<string | undefined>(name, (value) => {
    if (value === undefined) return undefined;
    const url = URL.canParse(value) ? new URL(value) : null;
    if (url === null || !['http:', 'https:'].includes(url.protocol)) {
      return { fault: `${name} must be a URL such as https://scim.example.com, but it is "${value}".` };
    }
    if (/[?#]/.test(value) || url.username || url.password) {
      return { fault: `${name} must be a URL without a user name, a query or a fragment.` };
    }
    return url.href.replace(/\/+$/, '');
  });
}

/** Host names, addresses and networks such as `10.0.0.0/8`, with commas between them. */
export function hostList(name: string): Setting<readonly string[]> {
  return plain<readonly string[]>(name, (value = '') => {
    const entries = value.split(',').map((entry) => entry.trim());
    const listed = entries.filter((entry) => entry !== '');
    const wrong = listed.find((entry) => !isHostEntry(entry));
    if (wrong === undefined) return listed;
    return {
      fault: `${name} lists host names, addresses and networks such as 10.0.0.0/8; "${wrong}" is none of these.`,
    };
  });
}

const PREFIX_BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };
const HOST_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i;

function isHostEntry(entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/');
  const most = PREFIX_BITS[isIP(address)];
  if (prefix === undefined) return most !== undefined || (HOST_NAME.test(address) && !/^[\d.]+$/.test(address));
  return most !== undefined && rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= most;
}

export function postgresUrl(name: string): Setting<string | undefined> {
  return hidden<string | undefined>(name, (value) => {
    if (value === undefined) return undefined;
    if (/^postgres(ql)?:\/\//.test(value) && URL.canParse(value)) return value;
    return { fault: `${name} must be a URL such as postgres://user:password@host:5432/database.` };
  });
}

export function secret(name: string, { shortest }: { shortest: number }): Setting<string | undefined> {
  return hidden<string | undefined>(name, (value) => {
    if (value === undefined || value.length >= shortest) return value;
    return { fault: `${name} must have at least ${shortest} characters, but it has ${value.length}.` };
  });
}
