/** Longest local part and longest address (RFC 5321 §4.5.3.1). */
const LONGEST_LOCAL = 64;
const LONGEST = 254;

/**
 * One mailbox and nothing else: no display name, no group (`a: b@c;`), no list, no quoted local part, no comment, no address
 * literal. What is left cannot say more than one thing, wherever in a message it stands.
 */
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const LABEL = /^[\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;

/** Whether mail may be sent to it. Refuses more than RFC 5321 does. */
export function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  const [local, labels] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1).split('.')];
  return (
    text.length <= LONGEST &&
    local.length <= LONGEST_LOCAL &&
    LOCAL.test(local) &&
    labels.length >= 2 &&
    labels.every((label) => LABEL.test(label))
  );
}
