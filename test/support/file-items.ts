import type { FileItem } from "#src/connector-kit/contract/records.ts";

export type FileFacts = Extract<FileItem, { kind: "file" }>;
type Facts = Partial<Omit<FileFacts, "kind" | "externalId">>;

/** A private text file in the drive `d`; a test names what it is about. */
export function file(externalId: string, other: Facts = {}): FileFacts {
  return {
    kind: "file",
    externalId,
    container: "d",
    name: `${externalId}.txt`,
    isFolder: false,
    mimeType: "text/plain",
    size: 100,
    sharing: "PRIVATE",
    labels: [],
    modifiedAt: new Date("2026-11-20T08:00:00Z"),
    version: "1",
    raw: { id: externalId },
    ...other,
  };
}

export function folder(externalId: string, other: Facts = {}): FileFacts {
  return file(externalId, { name: externalId, isFolder: true, mimeType: null, size: null, ...other });
}

/** A person with access, by e-mail. */
export function reader(fileId: string, email: string, inherited = false): FileItem {
  return { kind: "collaborator", fileId, principal: "USER", email, role: "READ", inherited };
}

export function anyone(fileId: string): FileItem {
  return { kind: "collaborator", fileId, principal: "ANYONE", role: "READ" };
}
