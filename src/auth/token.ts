import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Leads every token, so that secret scanners and people know one when they see it. */
const MARK = 'muster_';
/** Leads every client secret. */
const CLIENT_SECRET_MARK = `${MARK}cs_`;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_BYTES = 32;
/** 62^43 > 2^256 and 62^6 > 2^32. */
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const SHAPE = new RegExp(`^${MARK}[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`);
/** The mark and five letters: enough to tell one's tokens apart, and 226 bits stay unknown. */
const SHOWN_LETTERS = 5;

/**
 * A new access token: the mark, 256 random bits and a checksum of both, 56 characters of `[0-9A-Za-z_]`.
 * @param random gives that many bytes no one can guess
 */
export function mintToken(random: (size: number) => Uint8Array = randomBytes): string {
  return mint(MARK, random);
}

/** A new client secret: as a token, behind another mark, so that neither passes for the other. */
export function mintClientSecret(): string {
  return mint(CLIENT_SECRET_MARK, randomBytes);
}

/** Whether the text can be a token at all, decided without the database: typing errors and random guesses fail here. */
export function looksLikeToken(text: string): boolean {
  return SHAPE.test(text) && text.endsWith(checksum(text.slice(0, -CHECKSUM_LENGTH)));
}

/** SHA-256 in hexadecimal digits: all that is stored. A token is too random to need a slow hash. */
export function digest(token: string): string {
  return hash('sha256', token, 'hex');
}

/** What lists show instead of the token. */
export function tokenPrefix(token: string): string {
  return token.slice(0, MARK.length + SHOWN_LETTERS);
}

/** What lists show instead of the client secret. */
export function clientSecretPrefix(secret: string): string {
  return secret.slice(0, CLIENT_SECRET_MARK.length + SHOWN_LETTERS);
}

function mint(mark: string, random: (size: number) => Uint8Array): string {
  const bits = BigInt(`0x${Buffer.from(random(SECRET_BYTES)).toString('hex')}`);
  const body = mark + base62(bits, SECRET_LENGTH);
  return body + checksum(body);
}

const checksum = (body: string): string => base62(BigInt(crc32(body)), CHECKSUM_LENGTH);

function base62(value: bigint, length: number): string {
  let rest = value;
  const digits = Array.from({ length }, () => {
    const digit = ALPHABET[Number(rest % 62n)];
    rest /= 62n;
    return digit;
  });
  return digits.reverse().join('');
}
