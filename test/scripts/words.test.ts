import { resolve } from "node:path";
import { expect, test } from "vitest";
import { bannedIn, commentsOfSource, findBannedWords, textsOfSource } from "../../scripts/words.ts";

test("descriptions, documentation, comments and texts use plain words", () => {
  expect(findBannedWords(resolve(import.meta.dirname, "../.."))).toEqual([]);
}, 30_000);

test.each([
  "The token is gone.",
  "What the provider says.",
  "Somebody else took the port.",
  "Whoever holds it is an admin.",
  "A rule kept it quiet.",
  "One story about an account.",
  "City, as far as it is known.",
  "It turned out untrue.",
])("%s is not plain", (text) => {
  expect(bannedIn(text)).toHaveLength(1);
});

test.each([
  "The history of the account is stored in the repository.",
  "Customers of the doorway service, indoors.",
  "The essay was unsaid.",
  "That said, the limit is 200.",
])("%s is plain", (text) => {
  expect(bannedIn(text)).toEqual([]);
});

const texts = (source: string) =>
  textsOfSource(source).flatMap(({ line, text }) => (bannedIn(text).length > 0 ? [line] : []));

test("of source, comments and texts of several words are judged, wherever they stand", () => {
  expect(texts("// it is gone")).toEqual([1]);
  expect(texts("/**\n * It\n * is gone.\n */")).toEqual([3]);
  expect(texts('const message = "The row is gone.";')).toEqual([1]);
  expect(texts(`const message = \`The row $\{row.id} is gone.\`;`)).toEqual([1]);
  expect(texts("const pattern = /[\"]/;\nconst message = 'The row is gone.';")).toEqual([2]);
});

test("names, one-word values, code in backticks, computed parts and SQL are left alone", () => {
  expect(texts("const gone = quiet.story;")).toEqual([]);
  expect(texts('const state = "gone";')).toEqual([]);
  expect(texts("// `quiet` holds them.")).toEqual([]);
  expect(texts(`const message = \`The row $\{gone ? \`$\{told} twice\` : 1} was read.\`;`)).toEqual([]);
  expect(texts("await sql`select told from episodes where not gone`;")).toEqual([]);
  expect(texts("await sql<Row[]>`select told from episodes`;")).toEqual([]);
});

test("of the sandbox only comments are judged: what it answers is in the provider's words", () => {
  const source = '// it is gone\nconst message = "The token is gone.";\n/* gone too */';
  const lines = commentsOfSource(source).map(({ line, text }) => [line, bannedIn(text).length]);
  expect(lines).toEqual([
    [1, 1],
    [3, 1],
  ]);
});
