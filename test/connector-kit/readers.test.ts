import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readCsv } from "#src/connector-kit/csv.ts";
import { gunzip } from "#src/connector-kit/gzip.ts";
import { readNdjson } from "#src/connector-kit/ndjson.ts";
import { child, children, escapeXml, flagIn, textIn, xmlReader } from "#src/connector-kit/xml.ts";
import { ProviderResponseError, ProviderUnavailableError } from "#src/errors.ts";

async function* inPieces(content: string | Buffer, size: number): AsyncGenerator<Uint8Array, void, void> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const sizes = [1, 2, 3, 7, 10_000];

describe("NDJSON", () => {
  const text = '\ufeff{"a":"ü🚪"}\r\n\n  \n[1,2]\n"last"';

  test.each(sizes)("is read line by line, in pieces of %i bytes", async (size) => {
    expect(await all(readNdjson(inPieces(text, size)))).toEqual([
      { value: { a: "ü🚪" }, path: "line 1" },
      { value: [1, 2], path: "line 4" },
      { value: "last", path: "line 5" },
    ]);
  });

  test("that is broken names its line and does not quote it", async () => {
    const error = await all(readNdjson(inPieces('{"a":1}\n{"secret\n', 5))).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ProviderResponseError);
    expect(error).toMatchObject({ message: "Line 2 is not JSON.", path: "line 2" });
    expect((error as Error).cause).toBe(undefined);
  });

  test("of a line without an end, and of too many bytes, is given up early", async () => {
    let given = 0;
    async function* endless() {
      for (;;) {
        given += 1000;
        yield Buffer.alloc(1000, "x");
      }
    }
    await expect(all(readNdjson(endless(), { maxLineLength: 5000 }))).rejects.toMatchObject({ path: "line 1" });
    expect(given).toBeLessThan(10_000);
    await expect(all(readNdjson(inPieces("1\n2\n3\n", 2), { maxBytes: 5 }))).rejects.toBeInstanceOf(
      ProviderResponseError,
    );
  });

  test("passes on what breaks the connection", async () => {
    async function* broken() {
      yield Buffer.from("1\n");
      throw new ProviderUnavailableError("cut");
    }
    await expect(all(readNdjson(broken()))).rejects.toThrow("cut");
  });
});

describe("CSV", () => {
  const text = '\ufeff"name",note,"n"\r\n"Holt, Mira","said ""no""\nand left",1\r\n\r\nTom,a "b" c,\r\n"","",""';

  test.each(sizes)("is read row by row, in pieces of %i bytes", async (size) => {
    const rows = await all(readCsv(inPieces(text, size)));
    expect(rows.map(({ record, path }) => [{ ...record }, path])).toEqual([
      [{ name: "Holt, Mira", note: 'said "no"\nand left', n: "1" }, "line 2"],
      [{ name: "Tom", note: 'a "b" c', n: "" }, "line 5"],
      [{ name: "", note: "", n: "" }, "line 6"],
    ]);
  });

  test.each([
    ["a,b\n1\n", "Line 2 of the CSV file has 1 fields, its first row 2.", "line 2"],
    ["a,b\n1,2\n1,2,3\n", "Line 3 of the CSV file has 3 fields, its first row 2.", "line 3"],
    ['a,b\n1,"2"x\n', "A quote is out of place on line 2 of the CSV file.", "line 2"],
    ['a,b\n1,"2\n3', "A quote on line 2 of the CSV file is never closed.", "line 2"],
    ["a,a\n1,2\n", "The CSV file has two columns of one name.", "line 1"],
  ])("%j is refused", async (content, message, path) => {
    for (const size of sizes)
      await expect(all(readCsv(inPieces(content, size)))).rejects.toMatchObject({
        name: "ProviderResponseError",
        message,
        path,
      });
  });

  test("of a quote that never ends is given up early", async () => {
    let given = 0;
    async function* endless() {
      yield Buffer.from('a\n"');
      for (;;) {
        given += 1000;
        yield Buffer.alloc(1000, "x\n");
      }
    }
    await expect(all(readCsv(endless(), { maxLineLength: 5000 }))).rejects.toMatchObject({ path: "line 2" });
    expect(given).toBeLessThan(10_000);
  });

  test("may be parted by semicolons, and may have a column of any name", async () => {
    const [row] = await all(readCsv(inPieces("a;__proto__\n1;2", 3), { separator: ";" }));
    expect(Object.entries(row?.record ?? {})).toEqual([
      ["a", "1"],
      ["__proto__", "2"],
    ]);
  });

  test("nothing and a first row alone hold no rows", async () => {
    expect(await all(readCsv(inPieces("", 1)))).toEqual([]);
    expect(await all(readCsv(inPieces("a,b\r\n", 1)))).toEqual([]);
  });
});

describe("gzip", () => {
  const text = Array.from({ length: 5000 }, (_, n) => `{"n":${n},"name":"Mira Hölt"}`).join("\n");
  const read = async (content: Buffer, limits = {}, size = 1000) =>
    Buffer.concat(await all(gunzip(inPieces(content, size), limits))).toString();

  test("is undone as it arrives, of two members as well; what is none passes", async () => {
    expect(await read(gzipSync(text))).toBe(text);
    expect(await read(gzipSync("ab"), {}, 1)).toBe("ab");
    expect(await read(Buffer.concat([gzipSync("one "), gzipSync("two")]))).toBe("one two");
    expect(await read(Buffer.from(text))).toBe(text);
    expect(await read(Buffer.alloc(0))).toBe("");
    expect((await all(readNdjson(gunzip(inPieces(gzipSync(text), 100))))).length).toBe(5000);
  });

  test("that is broken or cut is a changed shape, never half a file", async () => {
    const good = gzipSync(text);
    for (const bad of [good.subarray(0, -9), Buffer.concat([good.subarray(0, 500), Buffer.alloc(500, 7)])])
      await expect(read(bad)).rejects.toBeInstanceOf(ProviderResponseError);
  });

  test("beyond its limits is given up", async () => {
    await expect(read(gzipSync(Buffer.alloc(20_000_000)))).rejects.toThrow("compressed more than any log");
    await expect(read(gzipSync(text), { maxBytes: 1000 })).rejects.toThrow("longer than Gatehouse reads");
  });

  test("passes on what breaks the connection", async () => {
    async function* broken() {
      yield gzipSync(text).subarray(0, 1000);
      throw new ProviderUnavailableError("cut");
    }
    await expect(all(gunzip(broken()))).rejects.toThrow("cut");
  });
});

describe("XML", () => {
  const read = xmlReader({ lists: ["row"] });

  test("is read by local names, texts as they are", () => {
    const document = read(
      '<?xml version="1.0"?><s:answer xmlns:s="urn:x"><s:row id="007"><name> Mira &amp; Co </name><on>1</on></s:row><empty/></s:answer>',
    );
    const [row] = children(child(document, "answer"), "row");
    expect(row?.["@id"]).toBe("007");
    expect(textIn(row ?? {}, "name")).toBe("Mira & Co");
    expect(flagIn(row ?? {}, "on")).toBe(true);
    expect(flagIn(row ?? {}, "off")).toBe(null);
    expect(textIn(child(document, "answer"), "empty")).toBe(null);
    expect(child(document, "other")).toEqual({});
    expect(children(document, "other")).toEqual([]);
  });

  test.each([
    ['<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', "document type"],
    ["<a><b></a>", "not well-formed"],
    ["<a", "not well-formed"],
    ["no document", "not well-formed"],
    ["", "not well-formed"],
    ['<?xml version="1.0"?>', "not well-formed"],
    ["<a>".repeat(100) + "</a>".repeat(100), "not well-formed"],
  ])("%s is refused", (text, message) => {
    expect(() => read(text)).toThrow(ProviderResponseError);
    expect(() => read(text)).toThrow(message);
  });

  test("has a limit of length, and entities of its own are not expanded", () => {
    expect(() => xmlReader({ maxLength: 10 })("<a>0123456789</a>")).toThrow("longer than Gatehouse reads");
    expect(textIn(read("<a>&other;</a>"), "a")).toBe("&other;");
  });

  test("names such as __proto__ do no harm", () => {
    expect(() => read("<a><__proto__><admin>1</admin></__proto__></a>")).toThrow(ProviderResponseError);
    expect(({} as Record<string, unknown>).admin).toBe(undefined);
  });

  test("is escaped where we write it", () => {
    expect(escapeXml('<a b="1">&\'')).toBe("&#60;a b=&#34;1&#34;&#62;&#38;&#39;");
  });
});
