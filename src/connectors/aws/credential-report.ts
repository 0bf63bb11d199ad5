import type { Context } from "#src/connector-kit/contract/context.ts";
import type { UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamPage } from "#src/connector-kit/contract/streams.ts";
import { readCsv } from "#src/connector-kit/csv.ts";
import { needStoredInstant, readCursor, writeCursor } from "#src/connector-kit/cursor.ts";
import { textOf } from "#src/connector-kit/record.ts";
import { textIn } from "#src/connector-kit/xml.ts";
import { ProviderUnavailableError } from "#src/errors.ts";
import { type Account, accountsOf, iam } from "./api.ts";

/** A row by the names of its columns: `user`, `password_enabled`, `mfa_active`, `access_key_1_active`. */
export type CredentialRow = Readonly<Record<string, string>>;
/** Rows by account. */
export type CredentialReports = ReadonlyMap<string, readonly CredentialRow[]>;

/** The user of this row is root. */
export const rootRow = "<root_account>";

/**
 * The credential reports of all accounts; null while IAM makes one. A report is kept for four hours, in which it is the same.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
 */
export async function credentialReports(context: Context): Promise<CredentialReports | null> {
  const accounts = accountsOf(context);
  const states: (string | null)[] = [];
  // All are asked for before one is awaited.
  for (const account of accounts) states.push(textIn(await iam(context, account, "GenerateCredentialReport"), "State"));
  if (states.some((state) => state !== "COMPLETE")) return null;
  const reports = new Map<string, readonly CredentialRow[]>();
  for (const account of accounts) reports.set(account.id, await download(context, account));
  return reports;
}

async function download(context: Context, account: Account): Promise<CredentialRow[]> {
  const content = textIn(await iam(context, account, "GetCredentialReport"), "Content") ?? "";
  const rows: CredentialRow[] = [];
  for await (const { record } of readCsv(decoded(content))) rows.push(record);
  return rows;
}

async function* decoded(content: string): AsyncGenerator<Uint8Array, void, void> {
  yield Buffer.from(content, "base64");
}

const kind = { form: "reports1" };
const [firstWaitMs, maxWaitMs, giveUpMs] = [10_000, 5 * 60_000, 6 * 60 * 60_000];

/**
 * Runs `read` once the reports are there. Until then the scan rests; no worker waits. Cursor: that of `read`, or how often was looked.
 * Throws ProviderUnavailableError when IAM makes no report in six hours.
 */
export async function* withReports<T>(
  context: Context,
  cursor: string | null,
  read: (
    reports: CredentialReports,
    cursor: string | null,
  ) => AsyncGenerator<StreamPage<T | UnreadableItem>, void, void>,
): AsyncGenerator<StreamPage<T | UnreadableItem>, void, void> {
  const waiting = waitIn(context, cursor);
  const reports = await credentialReports(context);
  if (reports !== null) {
    yield* read(reports, waiting ? waiting.from : cursor);
    return;
  }
  const now = context.now();
  const { since, looks, from } = waiting ?? { since: now, looks: 0, from: cursor };
  if (now.getTime() - since.getTime() > giveUpMs)
    throw new ProviderUnavailableError("IAM did not finish the credential report.");
  const waitMs = Math.min(maxWaitMs, firstWaitMs * 2 ** Math.min(10, looks));
  yield {
    items: [],
    cursor: writeCursor(kind, { since, looks: looks + 1, from }),
    resumeAt: new Date(now.getTime() + waitMs),
  };
}

function waitIn(context: Context, cursor: string | null): { since: Date; looks: number; from: string | null } | null {
  if (cursor === null || !cursor.startsWith(`{"form":"${kind.form}"`)) return null;
  const { since, looks, from } = readCursor(kind, cursor);
  return { since: needStoredInstant(since, context.now()), looks: Number(looks) || 0, from: textOf(from) };
}
