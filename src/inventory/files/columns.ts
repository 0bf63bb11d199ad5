import type { Field } from "#db/copy.ts";
import type { FileItem, SharingLevel } from "#src/connector-kit/contract/records.ts";
import { storableInstant } from "#src/platform/instant.ts";
import { cleanText, postgresJson } from "#src/platform/text.ts";
import { maxIdBytes } from "./id.ts";

export type FileRecord = Extract<FileItem, { kind: "file" }>;

/** A file on its way into the table. */
export interface FileEntry {
  instanceId: number;
  scanId: number | null;
  part: string;
  record: FileRecord;
  ownerId: string | null;
  editorId: string | null;
  sharing: SharingLevel | null;
  digest: string;
  now: string;
}

interface Column {
  /** As PostgreSQL names it. */
  type: string;
  value: (entry: FileEntry) => Field;
}

const text = (value: (entry: FileEntry) => Field): Column => ({ type: "text", value });
const instant = (value: (record: FileRecord) => Date | null | undefined): Column => ({
  type: "timestamptz",
  value: ({ record }) => storableInstant(value(record)),
});

/** What the app reports: it decides whether a file has changed. */
const reported = {
  part: text(({ part }) => part),
  container: text(({ record }) => cleanText(record.container, maxIdBytes) ?? ""),
  parent_id: text(({ record }) => cleanText(record.parentId, maxIdBytes)),
  path: text(({ record }) => cleanText(record.path, 4000)),
  name: text(({ record }) => nameOf(record)),
  extension: text(({ record }) => extensionOf(record)),
  is_folder: { type: "boolean", value: ({ record }) => record.isFolder },
  mime_type: text(({ record }) => cleanText(record.mimeType, 200)?.toLowerCase() ?? null),
  size: { type: "bigint", value: ({ record }) => (Number.isSafeInteger(record.size) ? (record.size as number) : null) },
  owner_id: text(({ ownerId }) => ownerId),
  owner_name: text(({ record: { owner } }) => cleanText(owner?.name ?? owner?.login ?? owner?.email, 500)),
  editor_id: text(({ editorId }) => editorId),
  editor_name: text(({ record: { modifiedBy } }) =>
    cleanText(modifiedBy?.name ?? modifiedBy?.login ?? modifiedBy?.email, 500),
  ),
  reported_sharing: text(({ record }) => record.sharing),
  link_audience: text(({ record }) => record.link?.audience ?? null),
  link_expires_at: instant(({ link }) => link?.expiresAt),
  link_password: { type: "boolean", value: ({ record }) => record.link?.password ?? null },
  link_can_download: { type: "boolean", value: ({ record }) => record.link?.canDownload ?? null },
  link_url: text(({ record }) => cleanText(record.link?.url, 2000)),
  labels: { type: "text[]", value: ({ record }) => textArray(labelsOf(record)) },
  created_at: instant(({ createdAt }) => createdAt),
  modified_at: instant(({ modifiedAt }) => modifiedAt),
  viewed_at: instant(({ viewedAt }) => viewedAt),
  trashed_at: instant(({ trashedAt }) => trashedAt),
  quarantined: { type: "boolean", value: ({ record }) => record.quarantined ?? false },
  version: text(({ record }) => cleanText(record.version, 500)),
  content_hash: text(({ record }) => cleanText(record.hash, 500)),
} satisfies Record<string, Column>;

/** What is written with it. */
const written: Readonly<Record<string, Column>> = {
  instance_id: { type: "integer", value: ({ instanceId }) => instanceId },
  external_id: text(({ record }) => record.externalId),
  ...reported,
  sharing: text(({ sharing }) => sharing),
  link_ended: {
    type: "boolean",
    value: ({ record: { link }, now }) => link?.expiresAt != null && link.expiresAt <= new Date(now),
  },
  scan_id: { type: "bigint", value: ({ scanId }) => scanId },
  digest: { type: "bytea", value: ({ digest }) => `\\x${digest}` },
  changed_at: { type: "timestamptz", value: ({ now }) => now },
  raw: { type: "json", value: ({ record }) => postgresJson(record.raw) },
};

/** For COPY: a column of a new file and its value. Those left out have their default. */
export const newColumns: Readonly<Record<string, (entry: FileEntry) => Field>> = Object.fromEntries(
  Object.entries(written).map(([name, { value }]) => [name, value]),
);

const names = Object.keys(written);
const changing = names.filter((name) => name !== "instance_id" && name !== "external_id");

/** For an update of known files: `update files f set <set> from json_to_recordset(…) as r(<recordset>)`. */
export const changedColumns = {
  set: `(${changing.join(", ")}, removed_at) = row (${changing.map((name) => `r.${name}`).join(", ")}, null)`,
  recordset: names.map((name) => `${name} ${written[name]!.type}`).join(", "),
};

/** A row of that recordset: lists and JSON stand in JSON as they are. */
export function changedRow(entry: FileEntry): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const name of names) row[name] = written[name]!.value(entry);
  return { ...row, labels: labelsOf(entry.record), raw: entry.record.raw };
}

/** The values that a change shows in, as one text. */
export function reportedText(entry: Omit<FileEntry, "digest" | "sharing">): string {
  return JSON.stringify(Object.values(reported).map(({ value }) => value(entry as FileEntry)));
}

function nameOf({ name, externalId }: FileRecord): string {
  return cleanText(name, 500) ?? externalId;
}

function extensionOf(record: FileRecord): string | null {
  if (record.isFolder) return null;
  return /[^.]\.([\p{L}\p{N}_-]{1,20})$/u.exec(nameOf(record))?.[1]?.toLowerCase() ?? null;
}

const maxLabels = 100;

/** Each once, in alphabetical order. */
export function labelsOf({ labels }: FileRecord): string[] {
  return [...new Set(labels.flatMap((label) => cleanText(label, 200) ?? []))].sort().slice(0, maxLabels);
}

/** PostgreSQL's text form of an array. */
function textArray(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}
