import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorCodes } from "#src/errors.ts";

test("docs/http.md lists every error code once, and none that does not occur", () => {
  const docs = readFileSync(join(import.meta.dirname, "../../docs/http.md"), "utf8");
  const section = /## Error codes\n([\s\S]*?)\n## /.exec(docs)![1]!;
  const listed = [...section.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
  expect(listed.sort()).toEqual([...errorCodes].sort());
  expect(new Set(errorCodes).size).toBe(errorCodes.length);
});
