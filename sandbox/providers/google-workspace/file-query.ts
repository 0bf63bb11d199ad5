import { folderType, type Placed, type WorkspaceDrives } from "./drives.ts";

/** The terms of `q` that are understood here: https://developers.google.com/workspace/drive/api/guides/ref-search-terms */
const terms: readonly [
  RegExp,
  (value: string, drives: WorkspaceDrives, person: number) => (file: Placed) => boolean,
][] = [
  [/^'me' in owners$/, (_, drives, person) => (file) => drives.ownerOf(file) === person],
  [/^trashed = (true|false)$/, (value, drives) => (file) => drives.isTrashed(file) === (value === "true")],
  [
    /^name = '(.*)'$/,
    (value) =>
      ({ item }) =>
        item.name === value,
  ],
  [
    /^mimeType = '(.*)'$/,
    (value) =>
      ({ item }) =>
        (item.isFolder ? folderType : item.mimeType) === value,
  ],
  [
    /^'([^']+)' in parents$/,
    (value, drives, person) => {
      const folder = drives.find(value, person);
      return ({ shelf, item }) =>
        folder !== undefined &&
        shelf === folder.shelf &&
        item.parent === folder.item.number &&
        // The top folders of all My Drives are one here.
        (item.parent !== 0 || shelf.id !== null || drives.ownerOf({ shelf, item }) === person);
    },
  ],
];

/** Undefined when there is a term that is not understood. */
export function fileTest(q: string, drives: WorkspaceDrives, person: number): ((file: Placed) => boolean) | undefined {
  if (q === "") return () => true;
  const tests = q.split(" and ").map((term) => {
    for (const [form, make] of terms) {
      const [, value = ""] = form.exec(term.trim()) ?? [undefined];
      if (form.test(term.trim())) return make(value, drives, person);
    }
    return undefined;
  });
  return tests.includes(undefined) ? undefined : (file) => tests.every((test) => test?.(file));
}
