import type { FileItem } from "#src/connector-kit/contract/records.ts";
import type { Live } from "./live.ts";

export type ListedFile = Extract<FileItem, { kind: "file" }>;
export type Collaborator = Extract<FileItem, { kind: "collaborator" }>;

/** What a whole listing names: files, and who has access to each. */
export async function listed(live: Live): Promise<{ files: ListedFile[]; peopleOf: (id: string) => Collaborator[] }> {
  const { items } = await live.read("FILES");
  const people = items.filter((item) => item.kind === "collaborator");
  return {
    files: items.filter((item) => item.kind === "file"),
    peopleOf: (id) => people.filter(({ fileId }) => fileId === id),
  };
}

/** The first file that passes, as the target of an action. Throws when there is none. */
export async function fileWhere(
  live: Live,
  wanted: (file: ListedFile, people: Collaborator[]) => boolean,
): Promise<{ file: { externalId: string; container: string } }> {
  const { files, peopleOf } = await listed(live);
  const file = files.find((one) => !one.isFolder && !one.trashedAt && wanted(one, peopleOf(one.externalId)));
  if (!file) throw new Error("There is no such file");
  return { file: { externalId: file.externalId, container: file.container } };
}
