import type { EventEmitter } from "node:events";
import type { PgBoss } from "pg-boss";
import type { Db } from "#db/client.ts";
import type { App } from "#src/connector-kit/app.ts";
import type { Cage } from "#src/inspection/cage/index.ts";
import type { Outbound } from "./platform/http/outbound.ts";
import type { Log } from "./platform/log.ts";
import type { MailSettings } from "./platform/mail/send.ts";
import type { KeyRing } from "./platform/secrets.ts";

/** What domain functions need beyond the database; made once by app.ts, handed down as an argument. */
export interface Core {
  db: Db;
  boss: PgBoss;
  secrets: KeyRing;
  outbound: Outbound;
  connectors: readonly App[];
  log: Log;
  /** Emits the id of an instance that is no longer to be read, as this process learns of it. */
  cancels: EventEmitter;
  /** Where the content of files is read; its processes start with the first file. */
  cage: Cage;
  now: () => Date;
  /** Where people and providers reach us: `https://gatehouse.example`; no trailing slash. */
  publicUrl: string;
  /** Whether providers can reach `publicUrl` (an admin set it): only then webhooks are registered. */
  acceptsWebhooks: boolean;
  sandboxUrl: string | null;
  /** Null: SMTP_URL is not set, so no mail is sent. */
  mail: MailSettings | null;
  /** Activities are kept this long. */
  retentionDays: number;
}
