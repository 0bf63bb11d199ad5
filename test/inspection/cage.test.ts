import { constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cage, type CageOptions, type InspectedFile, openCage } from "#src/inspection/cage/index.ts";
import type { CustomDetector } from "#src/inspection/custom.ts";
import { defaultLimits } from "#src/inspection/status.ts";
import { compound, docx, pdf, type ZipEntry, zip } from "./files.ts";

const all = { version: "all", builtIn: null, custom: [] };
async function* piecesOf(bytes: Buffer | string, size = 65_536): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.from(bytes);
  for (let at = 0; at < buffer.length; at += size) yield buffer.subarray(at, at + size);
}
const megabyte = 1024 * 1024;
const hasCard = { detector: "card-visa", count: 1, confidence: "HIGH" };
const harmless = "Card 4539 1488 0343 6467";

describe("hostile files", () => {
  let cage: Cage;
  const inspect = (content: Buffer | string, name = "") => cage.inspect(piecesOf(content), { name }, all);
  beforeAll(() => {
    cage = openCage({ limits: { ...defaultLimits, readingMilliseconds: 8_000, inflatedBytes: 60 * megabyte } });
  });
  afterAll(() => cage.close());

  /** After whatever came before, the next file is inspected as ever. */
  async function stillWorks(): Promise<void> {
    expect(await inspect(harmless)).toMatchObject({ outcome: "INSPECTED", matches: [hasCard] });
  }

  const zeros = (bytes: number) => Buffer.alloc(bytes);
  test.each<[string, () => Buffer, RegExp, RegExp]>([
    [
      "a flat zip bomb",
      () => zip([{ name: "a.txt", content: zeros(100 * megabyte) }]),
      /TOO_LARGE/,
      /limit for one file/,
    ],
    [
      "many files that are each below the limit",
      () => zip(Array.from({ length: 8 }, (_, at) => ({ name: `${at}.bin`, content: zeros(12 * megabyte) }))),
      /TOO_LARGE/,
      /unpacks to more than 60 MB/,
    ],
    ["a gzip bomb", () => gzipSync(zeros(60 * megabyte)), /TOO_LARGE/, /limit for one file/],
    ["a zip of zips of zips", () => nested(9), /TOO_LARGE/, /nested deeper/],
    [
      "many names for the same bytes (overlapping files)",
      () => overlapping(20_000),
      /TOO_LARGE|CORRUPT/,
      /more than 5,000 files|damaged/,
    ],
    ["an archive that contains itself", selfContaining, /TOO_LARGE|CORRUPT/, /nested deeper|damaged/],
    [
      "a document of 4 GB of XML",
      () =>
        docx(
          [],
          [
            {
              name: "word/header1.xml",
              content: "",
              packed: fourGigabytes("<w>", `<w:rPr a="${"x".repeat(1_024 - 13)}"/>`),
            },
          ],
        ),
      /TOO_LARGE|PARTIALLY_INSPECTED|CORRUPT/,
      /unpacks to more than 60 MB/,
    ],
    [
      "a document of 4 GB of one text",
      () => docx([], [{ name: "word/header1.xml", content: "", packed: fourGigabytes("<w><w:t>", "text  ") }]),
      /PARTIALLY_INSPECTED/,
      /more text|without an end/,
    ],
    [
      "XML of elements that never close",
      () => docx([], [{ name: "word/header1.xml", content: Buffer.from("<a>".repeat(20 * megabyte)) }]),
      /PARTIALLY_INSPECTED/,
      /nested too deep/,
    ],
    [
      "a billion laughs",
      () =>
        zip([
          { name: "[Content_Types].xml", content: "<T/>" },
          { name: "word/document.xml", content: laughs() },
        ]),
      /CORRUPT/,
      /entities of its own/,
    ],
    ["shared strings that are named a million times", multiplied, /PARTIALLY_INSPECTED/, /more text/],
    ["an encrypted PDF", () => pdf(["x"], { encrypt: true }), /ENCRYPTED/, /password/],
    ["an encrypted Office file", () => compound({ EncryptedPackage: zeros(10) }), /ENCRYPTED/, /encrypted/],
    [
      "a PDF of 10,000 pages",
      () => pdf(Array.from({ length: 10_000 }, (_, page) => `Page ${page} ${"words ".repeat(20)}`)),
      /PARTIALLY_INSPECTED/,
      /more text|longer than/,
    ],
    ["a PDF whose page unpacks to 300 MB", pdfBomb, /TOO_LARGE|TIMED_OUT|CORRUPT|INSPECTED/, /./],
    ["RTF of open groups", () => Buffer.from(`{\\rtf1${"{".repeat(5 * megabyte)}`), /CORRUPT/, /nested too deep/],
    ["deeply nested mail", nestedMail, /CORRUPT|PARTIALLY_INSPECTED|TOO_LARGE/, /damaged|nested/],
  ])("%s has a named status, and the next file is inspected", async (_, content, outcome, reason) => {
    const result = await inspect(content());
    expect(result.outcome).toMatch(outcome);
    if (result.outcome !== "INSPECTED") expect(result.reason).toMatch(reason);
    await stillWorks();
  });

  test("an endless download stops at the limit, and its iterator is ended", async () => {
    let ended = false;
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          sent += megabyte;
          yield Buffer.alloc(megabyte);
        }
      } finally {
        ended = true;
      }
    }
    expect(await cage.inspect(endless(), {}, all)).toMatchObject({ outcome: "TOO_LARGE", sha256: null });
    expect(sent).toBeLessThan(defaultLimits.bytes + 3 * megabyte);
    await expect.poll(() => ended).toBe(true);
    await stillWorks();
  });

  test("a download that fails is the caller's to judge, and the process serves the next file", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("begins");
      throw new Error("the provider hung up");
    }
    await expect(cage.inspect(failing(), {}, all)).rejects.toThrow("the provider hung up");
    await stillWorks();
  });

  test("files at the same time wait for each other", async () => {
    const results = await Promise.all(Array.from({ length: 5 }, () => inspect(harmless)));
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(5).fill("INSPECTED"));
  });
});

describe("a process that misbehaves is killed and replaced", () => {
  async function withCage(options: Partial<CageOptions>, run: (cage: Cage) => Promise<void>): Promise<void> {
    const cage = openCage(options);
    try {
      await run(cage);
    } finally {
      await cage.close();
    }
  }
  const inspect = (cage: Cage, content: Buffer | string): Promise<InspectedFile> =>
    cage.inspect(piecesOf(content), {}, all);

  test("past its deadline", async () => {
    await withCage(
      { deadlineMilliseconds: 1_500, limits: { ...defaultLimits, readingMilliseconds: 600_000, characters: 1e9 } },
      async (cage) => {
        await inspect(cage, harmless);
        const long = Buffer.from("mira@acme.example 4539 1488 0343 6467 account patient ".repeat(500_000));
        expect(await inspect(cage, long)).toMatchObject({
          outcome: "TIMED_OUT",
          reason: "Inspecting it took longer than 1.5 s.",
          matches: [],
        });
        expect(await inspect(cage, harmless)).toMatchObject({ outcome: "INSPECTED", matches: [hasCard] });
      },
    );
  });

  test("when its heap is full", async () => {
    await withCage(
      {
        heapMegabytes: 60,
        limits: { ...defaultLimits, characters: 1e9, inflatedBytes: 1e10, readingMilliseconds: 600_000 },
      },
      async (cage) => {
        const many = docx(Array.from({ length: 20 }, (_, at) => `${at} `.repeat(1_000_000)));
        expect(await inspect(cage, many)).toMatchObject({
          outcome: "TOO_LARGE",
          reason: expect.stringMatching(/60 MB of memory/),
        });
        expect(await inspect(cage, harmless)).toMatchObject({ outcome: "INSPECTED" });
      },
    );
  });

  test("when it holds too much memory outside the heap", async () => {
    await withCage(
      { memoryBytes: 270 * megabyte, limits: { ...defaultLimits, bytes: 500 * megabyte, inflatedBytes: 1e10 } },
      async (cage) => {
        const bomb = zip([{ name: "a.bin", content: Buffer.alloc(450 * megabyte) }]);
        expect(await inspect(cage, bomb)).toMatchObject({
          outcome: "TOO_LARGE",
          reason: expect.stringMatching(/270 MB of memory/),
        });
        expect(await inspect(cage, harmless)).toMatchObject({ outcome: "INSPECTED" });
      },
    );
  });

  test("a download that stalls is given up", async () => {
    await withCage({ stallMilliseconds: 200 }, async (cage) => {
      async function* stalling(): AsyncGenerator<Uint8Array> {
        yield Buffer.from("begins");
        await new Promise(() => {});
      }
      expect(await cage.inspect(stalling(), {}, all)).toMatchObject({
        outcome: "TIMED_OUT",
        reason: expect.stringMatching(/download/),
      });
      expect(await inspect(cage, harmless)).toMatchObject({ outcome: "INSPECTED" });
    });
  });

  test("an abort ends the inspection at once", async () => {
    await withCage({ limits: { ...defaultLimits, characters: 1e9 } }, async (cage) => {
      await inspect(cage, harmless);
      const abort = new AbortController();
      const long = cage.inspect(piecesOf("mira@acme.example ".repeat(1_500_000)), {}, all, abort.signal);
      setTimeout(() => abort.abort(new Error("stopping")), 100);
      await expect(long).rejects.toThrow("stopping");
    });
  });
});

test("custom detectors run in the cage: expressions, keywords, exact data", async () => {
  const { hashOfValue, normalisedValue } = await import("#src/inspection/exact-data.ts");
  const key = Buffer.alloc(32, 7);
  const custom: CustomDetector[] = [
    {
      kind: "EXPRESSION",
      slug: "custom-order",
      confidence: "HIGH",
      expression: "\\bORD-\\d{6}\\b",
      exclude: "ORD-000000",
      ignoreCase: false,
    },
    { kind: "KEYWORDS", slug: "custom-project", confidence: "MEDIUM", keywords: ["Blue Heron"], wholeWords: true },
    {
      kind: "EXACT_DATA",
      slug: "custom-members",
      confidence: "HIGH",
      key: key.toString("base64url"),
      hashes: [hashOfValue(key, normalisedValue("Mira Holt")), hashOfValue(key, normalisedValue("AB-12 34"))],
      lengths: [8, 6],
    },
  ];
  const cage = openCage();
  try {
    const text = "order ORD-123456, not ORD-000000; project BLUE HERON, seven herons; member mira  holt with ab1234";
    const { matches } = await cage.inspect(piecesOf(text), {}, { version: "1", builtIn: [], custom });
    expect(matches.map(({ detector, count }) => [detector, count])).toEqual([
      ["custom-order", 1],
      ["custom-project", 1],
      ["custom-members", 2],
    ]);
    expect(JSON.stringify(matches)).not.toMatch(/123456|blue heron|mira|holt|ab12/i);
  } finally {
    await cage.close();
  }
});

/** Deflated, without ever being written out: the same flushed block again and again. */
function fourGigabytes(head: string, unit: string): { data: Buffer; size: number } {
  const flushed = (content: Buffer) => deflateRawSync(content, { finishFlush: constants.Z_FULL_FLUSH });
  const block = Buffer.alloc(16 * megabyte, unit);
  const times = 255;
  const data = [flushed(Buffer.from(head)), ...Array<Buffer>(times).fill(flushed(block)), deflateRawSync("")];
  return { data: Buffer.concat(data), size: head.length + block.length * times };
}

function nested(depth: number): Buffer {
  let inner: ZipEntry = { name: "end.txt", content: "the end" };
  for (let level = 0; level < depth; level++) inner = { name: `${level}.zip`, content: zip([inner]) };
  return inner.content as Buffer;
}

/** Every entry of the directory points at the same local file. */
function overlapping(count: number): Buffer {
  const one = zip([{ name: "a.txt", content: Buffer.alloc(1_000_000) }]);
  const endAt = one.length - 22;
  const directoryAt = one.readUInt32LE(endAt + 16);
  const entry = one.subarray(directoryAt, endAt);
  const end = Buffer.from(one.subarray(endAt));
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(entry.length * count, 12);
  return Buffer.concat([one.subarray(0, directoryAt), ...Array<Buffer>(count).fill(entry), end]);
}

/**
 * As the quine of Russ Cox: the archive's one file is the archive, level for level. A true one is a fixed point of deflate; to a reader that
 * goes down level by level a tower of a hundred is the same.
 */
function selfContaining(): Buffer {
  return nested(100);
}

function laughs(): string {
  const entities = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join("");
  return `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">${entities}]><x>&l9;</x>`;
}

/** One string of 100,000 characters, named by 100,000 cells. */
function multiplied(): Buffer {
  return zip([
    { name: "[Content_Types].xml", content: "<T/>" },
    { name: "xl/sharedStrings.xml", content: `<sst><si><t>${"word ".repeat(20_000)}</t></si></sst>` },
    {
      name: "xl/worksheets/sheet1.xml",
      content: `<worksheet><row>${'<c t="s"><v>0</v></c>'.repeat(100_000)}</row></worksheet>`,
    },
  ]);
}

function pdfBomb(): Buffer {
  const packed = deflateSync(Buffer.alloc(300 * megabyte, "BT (x) Tj ET "));
  const [head, tail] = pdf(["MARK"])
    .toString("latin1")
    .split(/<< {2}\/Length \d+ >>\nstream\nBT \/F1 12 Tf 50 700 Td \(MARK\) Tj ET/);
  return Buffer.concat([
    Buffer.from(`${head}<< /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`, "latin1"),
    packed,
    Buffer.from(tail!, "latin1"),
  ]);
}

function nestedMail(): Buffer {
  let body = "Content-Type: text/plain\r\n\r\nthe end\r\n";
  for (let level = 0; level < 200; level++)
    body = `Content-Type: multipart/mixed; boundary="b${level}"\r\n\r\n--b${level}\r\n${body}\r\n--b${level}--\r\n`;
  return Buffer.from(`From: a@acme.example\r\nTo: b@acme.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n${body}`);
}
