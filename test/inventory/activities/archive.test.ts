import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { type Found, readArchive } from "#src/ingest/import/archive.ts";

/** What is found in a text that arrives in pieces of a few bytes. */
async function read(content: string | Buffer, pieceLength = 7): Promise<Found[]> {
  const bytes = Buffer.from(content as string);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceLength) yield bytes.subarray(at, at + pieceLength);
  }
  const all: Found[] = [];
  for await (const some of readArchive(pieces())) all.push(...some);
  return all;
}

const values = (found: Found[]) => found.map((one) => ("value" in one ? one.value : one.problem));

test("reads one value a line, with its line, over blank lines and Windows line ends", async () => {
  expect(await read('\ufeff{"a":1}\r\n\n{"a":2}\n')).toEqual([
    { line: 1, value: { a: 1 } },
    { line: 3, value: { a: 2 } },
  ]);
});

test("takes lists apart, on one line, over many, and one a line", async () => {
  const list = '[{"a":"]"},{"a":"\\"}"} , 3, "x", null,\n{"b":[{"c":{}}]}]';
  const items = [{ a: "]" }, { a: '"}' }, 3, "x", null, { b: [{ c: {} }] }];
  expect(values(await read(list))).toEqual(items);
  expect(values(await read(JSON.stringify(items, null, 2)))).toEqual(items);
  expect(values(await read("[1]\n[2,3]\n"))).toEqual([1, 2, 3]);
  expect(await read("[]")).toEqual([]);
  expect(await read("  \n ")).toEqual([]);
});

test("reads whole documents over several lines, one after the other", async () => {
  const page = { total: 2, data: [{ a: 1 }, { a: 2 }] };
  const found = await read(`${JSON.stringify(page, null, 2)}\n${JSON.stringify(page, null, 2)}\n`);
  expect(values(found)).toEqual([page, page]);
  expect(found.map(({ line }) => line)).toEqual([1, 12]);
});

test("unpacks gzip, several members too, and characters that are cut between pieces", async () => {
  const packed = Buffer.concat([gzipSync('{"a":"é😀"}\n'), gzipSync('{"a":2}\n')]);
  expect(values(await read(packed, 3))).toEqual([{ a: "é😀" }, { a: 2 }]);
});

test("a broken line is told with its number, and the others come in", async () => {
  const found = await read('{"a":1}\n{"a":\n<html>\n{"a":4}');
  expect(found.map((one) => [one.line, "problem" in one])).toEqual([
    [1, false],
    [2, true],
    [3, true],
    [4, false],
  ]);
  expect(found[2]).toEqual({ line: 3, problem: expect.stringMatching(/^This is not JSON: .+\.$/) });
});

test("a first line that was cut off does not make a document of the archive", async () => {
  expect(values(await read('{"a":1,"b":"x\n{"a":2}\n{"a":3}\n'))).toEqual([
    expect.stringMatching(/not JSON/),
    { a: 2 },
    { a: 3 },
  ]);
  expect(values(await read('"b":"x"}\n{"a":2}\n'))).toEqual([expect.stringMatching(/not JSON/), { a: 2 }]);
});

test("a broken document in a list is told, and the others come in", async () => {
  const found = await read('[\n{"a":1},\n{"a":"never closed},\n{"a":3}\n}\n,{"a":4}\n]');
  expect(values(found)[0]).toEqual({ a: 1 });
  expect(values(found).at(-1)).toEqual({ a: 4 });
  expect(found.filter((one) => "problem" in one)[0]).toMatchObject({ line: 3 });
});

test("an archive that ends in the middle says where", async () => {
  expect(values(await read('[{"a":1},\n{"a":'))).toEqual([{ a: 1 }, expect.stringMatching(/never closed/)]);
  expect(values(await read('[{"a":1}\n'))).toEqual([{ a: 1 }, expect.stringMatching(/never closed/)]);
  expect(values(await read('[{"a":1}]]'))).toEqual([{ a: 1 }, expect.stringMatching(/closes nothing/)]);
  await expect(read(gzipSync('{"a":1}\n'.repeat(100)).subarray(0, -10))).rejects.toMatchObject({ code: "Z_BUF_ERROR" });
});

test("a value too long to hold is skipped, not kept", async () => {
  const long = `{"a":"${"x".repeat(65 * 1024 * 1024)}"}`;
  expect(values(await read(`{"a":1}\n${long}\n{"a":3}`, 1024 * 1024))).toEqual([
    { a: 1 },
    expect.stringMatching(/longer than 64 MB/),
    { a: 3 },
  ]);
  expect(values(await read(`[${long},{"a":3}]`, 1024 * 1024))).toEqual([
    expect.stringMatching(/longer than 64 MB/),
    { a: 3 },
  ]);
});
