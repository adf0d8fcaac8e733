import { readFileSync } from 'node:fs';
import { closestName } from './closest-name.js';
import { LIMITS } from './limits.js';
import { type Mailbox, mailbox, type SmtpServer, smtpUrl } from './mail-settings.js';
import { type NatsAddress, natsUrls } from './nats-url.js';
import {
  choice,
  type Fault,
  flag,
  hostList,
  httpUrl,
  optionalNumber,
  postgresUrl,
  proxies,
  type Setting,
  secret,
  text,
  wholeNumber,
} from './settings.js';

export type Role = 'api' | 'worker' | 'all';
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything the environment may decide, read once at start. */
export interface Config {
  readonly host: string;
  /** 0 asks the operating system for any free port. */
  readonly port: number;
  /** Where the embedded database lives; as given, so relative to the working directory. */
  readonly dataDir: string;
  /** The owner's connection, which migrates; unset means the embedded database. */
  readonly databaseUrl: string | undefined;
  /** Connections of the two roles that own nothing, where an operator keeps their passwords apart from the owner's. */
  readonly appDatabaseUrl: string | undefined;
  readonly systemDatabaseUrl: string | undefined;
  /** What clients see in front of `/scim/v2`, without a slash at the end. */
  readonly publicUrl: string | undefined;
  readonly role: Role;
  readonly rateLimit: boolean;
  readonly logLevel: LogLevel;
  readonly poolSize: number;
  /** Filters, sorts and searches that no index serves, of all tenants at once. */
  readonly heavyStatements: number;
  /** Longest one of them may run. */
  readonly heavyTimeoutMs: number;
  /** Off for connection poolers that cannot keep named statements. */
  readonly preparedStatements: boolean;
  /** Administers tenants over HTTP; unset closes those routes. */
  readonly platformToken: string | undefined;
  /** Signs paging cursors; unset means one kept in the database. */
  readonly cursorSecret: string | undefined;
  readonly shutdownGraceSeconds: number;
  /** How long events and their seals are kept; unset means for ever. */
  readonly auditRetentionDays: number | undefined;
  /** Whether requests of identity providers are recorded for the admins of their tenant. */
  readonly provisioningLog: boolean;
  readonly provisioningLogDays: number;
  /** Whether the client's address is recorded with them. */
  readonly provisioningLogAddresses: boolean;
  /** How many proxies stand in front: the client is whom the first of them saw. */
  readonly trustProxy: number;
  /** Names, addresses and networks that webhooks may reach besides the public Internet. */
  readonly webhookAllowedHosts: readonly string[];
  /** The same for keys and discovery documents of issuers. */
  readonly issuerAllowedHosts: readonly string[];
  /** Where mail is handed over; unset means that no mail is sent. */
  readonly smtp: SmtpServer | undefined;
  /** Whom mails are from. */
  readonly mailFrom: Mailbox | undefined;
  /** The broker that events are published to; unset means none. */
  readonly nats: NatsAddress | undefined;
}

/** One reader per key of Config, and the name it has in the environment. */
const SETTINGS: { readonly [Key in keyof Config]: Setting<Config[Key]> } = {
  host: text('MUSTER_HOST', '127.0.0.1'),
  port: wholeNumber('PORT', 3000, { least: 0, most: 65_535 }),
  dataDir: text('MUSTER_DATA_DIR', '.muster'),
  databaseUrl: postgresUrl('DATABASE_URL'),
  appDatabaseUrl: postgresUrl('MUSTER_APP_DATABASE_URL'),
  systemDatabaseUrl: postgresUrl('MUSTER_SYSTEM_DATABASE_URL'),
  publicUrl: httpUrl('MUSTER_PUBLIC_URL'),
  role: choice('MUSTER_ROLE', ['api', 'worker', 'all'], 'all'),
  rateLimit: flag('MUSTER_RATE_LIMIT', true),
  logLevel: choice('MUSTER_LOG_LEVEL', LOG_LEVELS, 'info'),
  poolSize: wholeNumber('MUSTER_POOL_SIZE', 16, { least: 1, most: 1000 }),
  heavyStatements: wholeNumber('MUSTER_HEAVY_STATEMENTS', 1, { least: 1, most: 100 }),
  heavyTimeoutMs: wholeNumber('MUSTER_HEAVY_TIMEOUT_MS', LIMITS.heavyStatementMs.value, { least: 100, most: 10_000 }),
  preparedStatements: flag('MUSTER_PREPARED_STATEMENTS', true),
  platformToken: secret('MUSTER_PLATFORM_TOKEN', { shortest: 32 }),
  cursorSecret: secret('MUSTER_CURSOR_SECRET', { shortest: 32 }),
  shutdownGraceSeconds: wholeNumber('MUSTER_SHUTDOWN_GRACE_SECONDS', 10, { least: 0, most: 3600 }),
  auditRetentionDays: optionalNumber('MUSTER_AUDIT_RETENTION_DAYS', { least: 30, most: 36_500 }),
  provisioningLog: flag('MUSTER_PROVISIONING_LOG', true),
  provisioningLogDays: wholeNumber('MUSTER_PROVISIONING_LOG_DAYS', 30, { least: 1, most: 365 }),
  provisioningLogAddresses: flag('MUSTER_PROVISIONING_LOG_ADDRESSES', false),
  trustProxy: proxies('MUSTER_TRUST_PROXY'),
  webhookAllowedHosts: hostList('MUSTER_WEBHOOK_ALLOWED_HOSTS'),
  issuerAllowedHosts: hostList('MUSTER_ISSUER_ALLOWED_HOSTS'),
  smtp: smtpUrl('MUSTER_SMTP_URL'),
  mailFrom: mailbox('MUSTER_MAIL_FROM'),
  nats: natsUrls('NATS_URL'),
};

/** Every name that may be set, `NAME_FILE` of the secrets included. */
export const KNOWN_NAMES: readonly string[] = Object.values(SETTINGS).flatMap(({ name, fromFile }) =>
  fromFile ? [name, `${name}_FILE`] : [name],
);

/** All that is wrong with the environment, one sentence each. No sentence holds a secret. */
export class ConfigError extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.name = 'ConfigError';
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment. An empty value counts as unset, as container tools pass it.
 * A secret may be in a file named by `NAME_FILE` instead.
 * @throws ConfigError with every mistake at once
 */
export function loadConfig(env: Environment): Config {
  const mistakes: string[] = misspelt(env);
  const written = ({ name, fromFile }: Setting<unknown>): string | undefined => {
    const file = fromFile ? env[`${name}_FILE`] : undefined;
    if (!file) return env[name] || undefined;
    if (env[name]) mistakes.push(`Both ${name} and ${name}_FILE are set; keep one of them.`);
    try {
      return readFileSync(file, 'utf8').trim();
    } catch (cause) {
      mistakes.push(`${name}_FILE names a file that cannot be read: ${(cause as NodeJS.ErrnoException).code}.`);
      return undefined;
    }
  };
  const read = (setting: Setting<Config[keyof Config]>): Config[keyof Config] => {
    const result = setting.read(written(setting));
    if (!isFault(result)) return result;
    mistakes.push(result.fault);
    return undefined;
  };
  const config = Object.fromEntries(Object.entries(SETTINGS).map(([key, setting]) => [key, read(setting)]));
  mistakes.push(...uselessRoleUrls(env), ...mailWithoutSender(env));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return Object.freeze(config as unknown as Config);
}

const isFault = (value: unknown): value is Fault => typeof value === 'object' && value !== null && 'fault' in value;

/** A misspelt name would be ignored in silence, and with it what its writer wanted. */
function misspelt(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('MUSTER_') && !KNOWN_NAMES.includes(name))
    .map((name) => `${name} is not a setting of Muster; did you mean ${closestName(name, KNOWN_NAMES)}?`);
}

function uselessRoleUrls(env: Environment): string[] {
  if (env.DATABASE_URL || env.DATABASE_URL_FILE) return [];
  return ['MUSTER_APP_DATABASE_URL', 'MUSTER_SYSTEM_DATABASE_URL']
    .filter((name) => env[name] || env[`${name}_FILE`])
    .map((name) => `${name} is set but DATABASE_URL is not; the embedded database makes its own roles.`);
}

function mailWithoutSender(env: Environment): string[] {
  if (env.MUSTER_MAIL_FROM || !(env.MUSTER_SMTP_URL || env.MUSTER_SMTP_URL_FILE)) return [];
  return ['MUSTER_SMTP_URL is set but MUSTER_MAIL_FROM is not; mail needs a sender.'];
}
