import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { extractText } from "#src/inspection/extract/index.ts";
import { defaultLimits, type Limits } from "#src/inspection/status.ts";
import { compound, doc, docx, pdf, xlsx, zip } from "./files.ts";

const read = async (content: Buffer | string, name = "", limits: Partial<Limits> = {}) => {
  const reading = await extractText(Buffer.from(content), { name }, { ...defaultLimits, ...limits });
  return { ...reading.outcome(), text: reading.text };
};
const inspected = { outcome: "INSPECTED", reason: null };
const paragraph = (text: string) => `<text:p>${text}</text:p>`;
const mail = (attachment: Buffer, name: string) =>
  [
    ...["From: Mira <mira@acme.example>", "To: tom@acme.example", "Subject: The list", "MIME-Version: 1.0"],
    ...[
      'Content-Type: multipart/mixed; boundary="b"',
      "",
      "--b",
      "Content-Type: text/html",
      "",
      "<p>See <b>b</b>elow</p>",
    ],
    ...[
      "--b",
      `Content-Type: application/octet-stream; name="${name}"`,
      `Content-Disposition: attachment; filename="${name}"`,
    ],
    ...["Content-Transfer-Encoding: base64", "", attachment.toString("base64"), "--b--", ""],
  ].join("\r\n");

describe("reads the text of", () => {
  test.each<[string, Buffer | string, string, RegExp[]]>([
    ["plain text", "Grüße aus Köln", "", [/Grüße aus Köln/]],
    ["Windows-1252", Buffer.from("Gr\xfc\xdfe, \x80 5", "latin1"), "", [/Grüße, € 5/]],
    ["UTF-16 with a mark", Buffer.from("\ufeffGrüße", "utf16le"), "", [/Grüße/]],
    ["UTF-16 without a mark", Buffer.from("number 4711", "utf16le"), "", [/number 4711/]],
    ["UTF-16, big end first", Buffer.from("\ufeffnumber", "utf16le").swap16(), "", [/number/]],
    ["CSV", "name;card\nMira;4711", "a.csv", [/Mira;4711/]],
    [
      "HTML: entities, attributes, comments, scripts, numbers across tags",
      '<!doctype html><p title="the title">a&amp;b <b>47</b>11</p><!-- hidden --><script>key = "x1"</script>',
      "",
      [/a&b 4711/, /the title/, /hidden/, /key = "x1"/],
    ],
    [
      "RTF: escapes, Unicode with its fallback, no font tables",
      "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}Gr\\'fc\\'dfe \\u8364?5\\par next\\tab cell}",
      "",
      [/^Grüße €5\nnext\tcell/],
    ],
    ["docx", docx(["first 47", "second"]), "", [/first 47\n/, /second/]],
    [
      "docx: header, comment, properties, external links",
      docx(
        ["body"],
        [
          { name: "word/header1.xml", content: "<w:hdr><w:p><w:t>in the header</w:t></w:p></w:hdr>" },
          { name: "word/comments.xml", content: "<w:comments><w:p><w:t>a comment</w:t></w:p></w:comments>" },
          { name: "docProps/core.xml", content: "<c><dc:title>the title</dc:title></c>" },
          {
            name: "word/_rels/document.xml.rels",
            content: '<R><Relationship TargetMode="External" Target="https://acme.example/?k=1"/></R>',
          },
        ],
      ),
      "",
      [/in the header/, /a comment/, /the title/, /https:\/\/acme\.example\/\?k=1/],
    ],
    [
      "docx with an embedded workbook",
      docx(["x"], [{ name: "word/embeddings/b.xlsx", content: xlsx([["inner"]]) }]),
      "",
      [/inner/],
    ],
    [
      "xlsx: rows as lines, shared strings, long numbers",
      xlsx([
        ["Name", "Card"],
        ["Mira", 4539148803436467],
      ]),
      "",
      [/Name\tCard/, /Mira\t4539148803436467/],
    ],
    [
      "pptx",
      zip([
        { name: "[Content_Types].xml", content: "<Types/>" },
        { name: "ppt/slides/slide1.xml", content: "<p:sld><a:p><a:r><a:t>on the slide</a:t></a:r></a:p></p:sld>" },
        { name: "ppt/notesSlides/notesSlide1.xml", content: "<p:notes><a:p><a:t>in the notes</a:t></a:p></p:notes>" },
      ]),
      "",
      [/on the slide/, /in the notes/],
    ],
    [
      "OpenDocument",
      zip([
        { name: "mimetype", content: "application/vnd.oasis.opendocument.text", method: 0 },
        { name: "META-INF/manifest.xml", content: "<manifest:manifest/>" },
        { name: "content.xml", content: `<office:body>${paragraph("one")}${paragraph("two")}</office:body>` },
      ]),
      "",
      [/one\ntwo\n/],
    ],
    ["epub", zip([{ name: "OEBPS/one.xhtml", content: "<html><p>chapter one</p></html>" }]), "", [/chapter one/]],
    [
      "zip in zip",
      zip([{ name: "a.zip", content: zip([{ name: "b.txt", content: "deep text" }]) }]),
      "",
      [/deep text/],
    ],
    ["a zip with a path that leaves its folder", zip([{ name: "../../etc/passwd", content: "root" }]), "", [/root/]],
    ["gzip", gzipSync("packed"), "a.txt.gz", [/packed/]],
    ["PDF", pdf(["Page one 47", "Page two"]), "", [/Page one 47/, /Page two/]],
    ["PDF with an attachment", pdf(["One"], { attachment: "attached text" }), "", [/One/, /attached text/]],
    ["Word 97", doc("Text of an old document"), "", [/Text of an old document/]],
    [
      "mail with an attachment",
      mail(docx(["attached words"]), "a.docx"),
      "",
      [/mira@acme\.example/, /See below/, /attached words/],
    ],
    ["an empty file", "", "", [/^\s*$/]],
  ])("%s", async (_, content, name, expected) => {
    const result = await read(content, name);
    expect({ outcome: result.outcome, reason: result.reason }).toEqual(inspected);
    for (const one of expected) expect(result.text).toMatch(one);
  });

  test("tar", async () => {
    const header = Buffer.alloc(512);
    header.write("a.txt", 0);
    header.write("00000000005\0", 124);
    header.write("0", 156);
    header.write("ustar\0", 257);
    const tar = Buffer.concat([header, Buffer.from("in tar".slice(0, 5).padEnd(512, "\0")), Buffer.alloc(1024)]);
    expect(await read(tar)).toMatchObject({ ...inspected, text: expect.stringContaining("in ta") });
  });
});

const png = Buffer.concat([Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), Buffer.alloc(200)]);
const cut = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * 0.6));

describe("what cannot be read is named and never looks clean", () => {
  test.each<[string, Buffer, string, RegExp]>([
    ["a picture", png, "UNSUPPORTED_TYPE", /image\/png/],
    [
      "bytes of no known type",
      Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 37) % 256)),
      "UNSUPPORTED_TYPE",
      /type/,
    ],
    ["an encrypted PDF", pdf(["x"], { encrypt: true }), "ENCRYPTED", /password/],
    [
      "an encrypted Office file",
      compound({ EncryptionInfo: Buffer.alloc(9), EncryptedPackage: Buffer.alloc(9) }),
      "ENCRYPTED",
      /encrypted/,
    ],
    ["an encrypted Word 97 file", doc("x", { encrypted: true }), "ENCRYPTED", /encrypted/],
    ["an old Excel file", compound({ Workbook: Buffer.alloc(9) }), "UNSUPPORTED_TYPE", /older Office formats/],
    ["an encrypted zip", zip([{ name: "a.txt", content: "x", encrypted: true }]), "ENCRYPTED", /encrypted/],
    ["a zip with an unknown method", zip([{ name: "a.txt", content: "x", method: 99 }]), "UNSUPPORTED_TYPE", /method/],
    [
      "an encrypted OpenDocument file",
      zip([
        { name: "META-INF/manifest.xml", content: "<m><manifest:encryption-data/></m>" },
        { name: "content.xml", content: "<x/>" },
      ]),
      "ENCRYPTED",
      /encrypted/,
    ],
    ["a zip that was cut", cut(zip([{ name: "a.txt", content: "x".repeat(500) }])), "CORRUPT", /damaged/],
    [
      "a zip that lies about sizes",
      zip([{ name: "a.txt", content: "x".repeat(500), claimedSize: 10 }]),
      "CORRUPT",
      /damaged/,
    ],
    ["a PDF that was cut to its head", pdf(["x"]).subarray(0, 30), "CORRUPT", /damaged/],
    [
      "a gzip that was cut",
      cut(gzipSync(Buffer.from(Array.from({ length: 900 }, (_, at) => (at * at) % 251)))),
      "CORRUPT",
      /damaged/,
    ],
    ["a compound file that goes round in circles", circular(), "CORRUPT", /damaged/],
    [
      "a docx whose XML is broken",
      zip([
        { name: "[Content_Types].xml", content: "<T/>" },
        { name: "word/document.xml", content: "<a><b></a>" },
      ]),
      "CORRUPT",
      /XML/,
    ],
  ])("%s", async (_, content, outcome, reason) => {
    expect(await read(content)).toMatchObject({ outcome, reason: expect.stringMatching(reason) });
  });

  test("a zip of which one file is readable and one encrypted is partly inspected", async () => {
    const content = zip([
      { name: "a.txt", content: "open" },
      { name: "b.txt", content: "closed", encrypted: true },
      { name: "c.txt", content: "closed", encrypted: true },
    ]);
    expect(await read(content)).toEqual({
      outcome: "PARTIALLY_INSPECTED",
      reason: "A file in the archive is encrypted. (2 times)",
      text: expect.stringContaining("open"),
    });
  });

  test("text beyond the limit is named, and what comes before it is kept", async () => {
    expect(await read("a".repeat(2_000), "", { characters: 1_000 })).toEqual({
      outcome: "PARTIALLY_INSPECTED",
      reason: "It has more text than the 1,000 characters that are inspected.",
      text: "a".repeat(1_000),
    });
  });

  test("a slow file is read until its time is over", async () => {
    const result = await read(pdf(Array.from({ length: 300 }, (_, page) => `Page ${page}`)), "", {
      readingMilliseconds: 1,
    });
    expect(result.outcome).toMatch(/TIMED_OUT|PARTIALLY_INSPECTED/);
    expect(result.reason).toMatch(/longer than/);
  });

  test("a scanned PDF, pictures without text, is not inspected as a whole", async () => {
    const scan = pdf(["PICTURE"])
      .toString("latin1")
      .replace("BT /F1 12 Tf 50 700 Td (PICTURE) Tj ET", "BI /W 1 /H 1 /BPC 8 /CS /G ID a EI".padEnd(38));
    const result = await read(Buffer.from(scan, "latin1"));
    expect(result.outcome).toBe("PARTIALLY_INSPECTED");
    expect(result.reason).toMatch(/pictures/);
  });
});

/** Its directory's chain leads back to its start. */
function circular(): Buffer {
  const bytes = compound({ WordDocument: Buffer.alloc(9) });
  const directory = bytes.readUInt32LE(48);
  bytes.writeUInt32LE(directory, bytes.length - 512 + directory * 4);
  return bytes;
}
