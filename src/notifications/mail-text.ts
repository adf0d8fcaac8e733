import { LIMITS } from '../config/limits.js';
import { COUNTED, type Counts, type DisabledEndpoint, type MailContent, type MemberNotice } from '../domain/mail.js';
import { plainText } from './plain-text.js';

/** What a mail says, in sentences; templates make text and HTML of it. */
export interface MailText {
  readonly subject: string;
  readonly intro: string;
  readonly lines: readonly string[];
  readonly outro: string;
}

const CONTACT = 'If this is not what you expected, ask those who look after accounts in your organisation.';

export function mailText(content: MailContent, tenant: string): MailText {
  const organisation = plainText(tenant);
  switch (content.kind) {
    case 'changes':
      return ofChanges(content.notices, organisation);
    case 'digest':
      return {
        subject: `${organisation}: many changes at once`,
        intro: `From ${minute(content.from)} to ${minute(content.to)} more members of ${organisation} changed than are told one by one. The members got no mail; this is what happened:`,
        lines: COUNTED.filter((name) => content.counts[name] > 0).map(
          (name) => `${COUNT_NAMES[name]}: ${content.counts[name].toLocaleString('en-GB')}`,
        ),
        outro: 'The audit log has each change.',
      };
    case 'endpointDisabled':
      return {
        subject: `${organisation}: a webhook endpoint was disabled`,
        intro: `Events of ${organisation} no longer go to:`,
        lines: bounded(content.endpoints.map(endpointLine)),
        outro: 'Enable the endpoint again when it works; then replay what it has missed.',
      };
    case 'tokensExpire':
      return {
        subject: `${organisation}: access tokens end soon`,
        intro: `What uses these access tokens of ${organisation} stops working when they end:`,
        lines: bounded(
          content.tokens.map(
            ({ prefix, name, connection, expiresAt, lastUsedAt }) =>
              `${prefix}… (${plainText(name)}${connection === null ? '' : `, connection ${plainText(connection)}`}) ends ${minute(expiresAt)}; last used ${lastUsedAt === null ? 'never' : minute(lastUsedAt)}`,
          ),
        ),
        outro: 'Make a new token, give it to whoever uses the old one, then revoke the old one.',
      };
    default:
      return content satisfies never;
  }
}

function ofChanges(notices: readonly MemberNotice[], organisation: string): MailText {
  const [only, ...others] = notices.map(noticeLine);
  const subject = only && others.length === 0 ? only : 'Your account and teams changed';
  return {
    subject: `${organisation}: ${subject}`,
    intro: `This changed for you in ${organisation}:`,
    lines: bounded(notices.map((notice) => `${noticeLine(notice)}.`)),
    outro: CONTACT,
  };
}

function noticeLine(notice: MemberNotice): string {
  switch (notice.kind) {
    case 'activated':
      return 'Your account is active';
    case 'deactivated':
      return 'Your account was deactivated';
    case 'joined':
      return `You are now in the ${notice.isNew ? 'new ' : ''}team ${plainText(notice.team.name)}`;
    case 'left':
      return `You are no longer in the team ${plainText(notice.team.name)}`;
    case 'teamRemoved':
      return `The team ${plainText(notice.team.name)} was removed`;
    case 'teamRenamed':
      return `The team ${plainText(notice.before)} is now called ${plainText(notice.team.name)}`;
    default:
      return notice satisfies never;
  }
}

/** As many lines as one mail has; the last one counts the rest. */
function bounded(lines: readonly string[]): readonly string[] {
  const maximum = LIMITS.mailLines.value;
  if (lines.length <= maximum) return lines;
  return [...lines.slice(0, maximum - 1), `and ${(lines.length - maximum + 1).toLocaleString('en-GB')} more`];
}

const COUNT_NAMES: Readonly<Record<keyof Counts, string>> = {
  activated: 'Accounts that became active',
  deactivated: 'Accounts that were deactivated',
  joined: 'Members who joined a team',
  left: 'Members who left a team',
  teamCreated: 'Teams that were created',
  teamRenamed: 'Teams that were renamed',
  teamRemoved: 'Teams that were removed',
};

const REASONS: Readonly<Record<DisabledEndpoint['reason'], string>> = {
  gone: 'it answered 410 Gone',
  failing: 'nothing but failures came from it for days',
  unreadable_secret: 'its secret cannot be decrypted; rotate it',
};

function endpointLine({ id, host, description, reason, at }: DisabledEndpoint): string {
  const named = [host ?? 'removed since', description].map(plainText).filter((text) => text !== '');
  return `${named.join(', ')} (${id}), disabled ${minute(at)}: ${REASONS[reason]}`;
}

/** `2026-01-15 10:05 UTC` */
const minute = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
