import { type Reading, UnreadablePart } from "./reading.ts";
import { readXml, type XmlHandler } from "./xml.ts";
import type { Archive, ArchiveEntry } from "./zip.ts";

/** Elements of WordprocessingML, DrawingML, OpenDocument and their like after which a line, or a cell, ends. */
const lineEnds = new Set([
  "p",
  "h",
  "row",
  "tr",
  "table-row",
  "br",
  "line-break",
  "si",
  "comment",
  "cr",
  "title",
  "sheet",
]);
const cellEnds = new Set(["tc", "tab", "table-cell", "c"]);
/** Field codes and numbers that only the program reads. */
const notText = new Set(["delInstrText", "posOffset", "styleId", "PageNumber", "binData"]);
/** Attributes in which text stands: link targets, cell values, alternative texts. */
const textAttributes = new Set(["descr", "office:value", "office:date-value", "office:string-value", "xlink:href"]);

const ooxmlParts = [
  /^word\/(?:document|header\d*|footer\d*|footnotes|endnotes|comments|glossary\/document)\d*\.xml$/,
  /^ppt\/(?:slides|notesSlides|comments)\/[^/]+\.xml$/,
  /^xl\/(?:comments\d*|drawings\/[^/]+|threadedComments\/[^/]+|charts\/[^/]+)\.xml$/,
  /^(?:word|ppt|xl)\/(?:charts|diagrams)\/[^/]+\.xml$/,
  /^docProps\/(?:core|app|custom)\.xml$/,
];
const sheet = /^xl\/(?:work|chart)sheets?\/[^/]+\.xml$/;
const embedded = /^(?:word|ppt|xl)\/embeddings\/[^/]+$/;
const odfParts = /(?:^|\/)(?:content|styles|meta)\.xml$/;

/** Other formats share the container (drawings, packages): they are read as the archives that they are. */
export const isOoxml = ({ names }: Archive): boolean =>
  names.includes("[Content_Types].xml") && names.some((name) => /^(?:word|ppt|xl)\//.test(name));
export const isOdf = ({ names }: Archive): boolean =>
  names.includes("content.xml") && names.includes("META-INF/manifest.xml");

/** Text of docx, xlsx and pptx, with headers, notes, comments, properties and link targets. Embedded files are returned for reading. */
export async function readOoxml(archive: Archive, reading: Reading): Promise<ArchiveEntry[]> {
  if (archive.names.some((name) => name.endsWith(".bin") && name.startsWith("xl/worksheets/")))
    throw new UnreadablePart("UNSUPPORTED_TYPE", "Binary Excel workbooks (.xlsb) are not read.");
  const strings = archive.entries.find(({ name }) => name === "xl/sharedStrings.xml");
  const shared: string[] = [];
  if (strings) await reading.attempt(() => readSharedStrings(strings, shared, reading));
  for (const entry of archive.entries) {
    const read = ooxmlParts.some((part) => part.test(entry.name))
      ? () => readMarkup(entry, reading)
      : sheet.test(entry.name)
        ? () => readSheet(entry, shared, reading)
        : entry.name.endsWith(".rels")
          ? () => readLinks(entry, reading)
          : null;
    // Links are no sign that the document was read.
    if (read && (await reading.attempt(read)) && !entry.name.endsWith(".rels")) reading.partRead();
  }
  return archive.entries.filter(({ name }) => embedded.test(name));
}

/** Text of odt, ods, odp and odg. */
export async function readOdf(archive: Archive, reading: Reading): Promise<ArchiveEntry[]> {
  const manifest = archive.entries.find(({ name }) => name === "META-INF/manifest.xml")!;
  await readXml(manifest.pieces(), reading, {
    open(name) {
      if (name === "encryption-data") throw new UnreadablePart("ENCRYPTED", "The document is encrypted.");
    },
  });
  for (const entry of archive.entries)
    if (odfParts.test(entry.name) && (await reading.attempt(() => readMarkup(entry, reading)))) reading.partRead();
  return archive.entries.filter(({ name }) => /\.(?:docx|xlsx|pptx|odt|ods|pdf)$/i.test(name));
}

async function readMarkup(entry: ArchiveEntry, reading: Reading): Promise<void> {
  reading.write("\n");
  await readXml(entry.pieces(), reading, markupText(reading));
}

function markupText(reading: Reading): XmlHandler {
  let skipping = 0;
  return {
    open(name, attributes) {
      if (notText.has(name)) skipping++;
      for (const key in attributes) if (textAttributes.has(key)) reading.write(` ${attributes[key]} `);
      if (name === "s" && attributes["text:c"]) reading.write(" ");
    },
    text(text) {
      if (skipping === 0) reading.write(text);
    },
    close(name) {
      if (notText.has(name)) skipping--;
      else if (lineEnds.has(name)) reading.write("\n");
      else if (cellEnds.has(name)) reading.write("\t");
    },
  };
}

/** Hyperlinks to the outside: addresses, and tokens in their queries. */
async function readLinks(entry: ArchiveEntry, reading: Reading): Promise<void> {
  await readXml(entry.pieces(), reading, {
    open(name, { TargetMode, Target }) {
      if (name === "Relationship" && TargetMode === "External" && Target) reading.write(`\n${Target}\n`);
    },
  });
}

/** Cells name their text by its number in this list. It is bounded by the limit of characters, as what is written from it. */
async function readSharedStrings(entry: ArchiveEntry, strings: string[], reading: Reading): Promise<void> {
  let current = "";
  let isPhonetic = false;
  let characters = 0;
  await readXml(entry.pieces(), reading, {
    open(name) {
      if (name === "rPh") isPhonetic = true;
    },
    text(text) {
      if (isPhonetic || characters > reading.limits.characters) return;
      current += text;
      characters += text.length;
    },
    close(name) {
      if (name === "rPh") isPhonetic = false;
      if (name !== "si") return;
      strings.push(current);
      current = "";
    },
  });
}

/** A row becomes a line, its cells apart by tabs, so that words in a heading column stand near the values. */
async function readSheet(entry: ArchiveEntry, shared: readonly string[], reading: Reading): Promise<void> {
  let type = "";
  let value = "";
  let isValue = false;
  await readXml(entry.pieces(), reading, {
    open(name, attributes) {
      if (name === "c") [type, value] = [attributes.t ?? "", ""];
      if (name === "v" || name === "t" || name === "f" || name === "oddHeader" || name === "oddFooter")
        isValue = name !== "f";
    },
    text(text) {
      if (isValue) value += text;
    },
    close(name) {
      isValue = false;
      if (name === "c") {
        if (value !== "") reading.write(`${type === "s" ? (shared[Number(value)] ?? "") : plainNumber(value)}\t`);
      } else if (name === "row") reading.write("\n");
      else if (name === "oddHeader" || name === "oddFooter") reading.write(`${value}\n`);
    },
  });
}

/** `4.5391488034364E+15` is how a card number stands in a cell of numbers. */
function plainNumber(value: string): string {
  if (!/^\d\.\d+E\+\d{1,2}$/.test(value)) return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? String(number) : value;
}
