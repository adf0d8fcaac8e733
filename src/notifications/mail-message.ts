import type { SendMailOptions } from 'nodemailer';
import type { Mailbox } from '../config/mail-settings.js';
import { renderMail } from './mail-templates.js';
import { mailText } from './mail-text.js';
import { plainText } from './plain-text.js';
import type { Addressed } from './recipients.js';

/** Everything that one message is made of. */
export interface Letter extends Addressed {
  readonly id: string;
  readonly tenantName: string;
  readonly at: Date;
}

/** Every name has become one plain line, and the envelope is one address: nothing in a message can add to it. */
export function messageOf(letter: Letter, from: Mailbox): SendMailOptions {
  const { id, address, unsubscribeUrl, at } = letter;
  const said = mailText(letter.content, letter.tenantName);
  const name = letter.name === undefined ? undefined : plainText(letter.name);
  return {
    envelope: { from: from.address, to: [address] },
    from: { name: from.name, address: from.address },
    to: { name: name ?? '', address },
    subject: said.subject,
    date: at,
    // The same at each attempt, so that mail servers can drop a second copy.
    messageId: `<${id}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`,
    headers: { 'Auto-Submitted': 'auto-generated', ...(unsubscribeUrl && unsubscribeHeaders(unsubscribeUrl)) },
    ...renderMail({ ...said, name, unsubscribeUrl }),
  };
}

/** One click is for HTTPS only (RFC 8058 §3.1). */
function unsubscribeHeaders(url: string): Readonly<Record<string, string>> {
  const link = { 'List-Unsubscribe': `<${url}>` };
  return url.startsWith('https:') ? { ...link, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : link;
}
