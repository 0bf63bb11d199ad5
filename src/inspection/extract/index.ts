import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { fileTypeFromBuffer } from "file-type";
import type { Limits } from "../status.ts";
import { isCompound } from "./compound.ts";
import { textOfHtml } from "./html.ts";
import { looksLikeMail, readMail } from "./mail.ts";
import { isOdf, isOoxml, readOdf, readOoxml } from "./office.ts";
import { readPdf } from "./pdf.ts";
import { LimitReached, Reading, UnreadablePart } from "./reading.ts";
import { textOfRtf } from "./rtf.ts";
import { filesOfTar, isTar } from "./tar.ts";
import { decodeText, encodingOf } from "./text.ts";
import { readCompound } from "./word.ts";
import { type Archive, openArchive } from "./zip.ts";

interface Part {
  bytes: Uint8Array;
  /** Only its ending is used, and only where the content leaves a doubt. */
  name: string;
  mimeType: string;
  depth: number;
}

/** Reads the text of a file by what it contains, whatever its name claims. Never throws for what a file contains. */
export async function extractText(
  bytes: Uint8Array,
  { name = "", mimeType = "" }: { name?: string; mimeType?: string },
  limits: Limits,
): Promise<Reading> {
  const reading = new Reading(limits);
  try {
    if (bytes.length > limits.bytes) throw new LimitReached("TOO_LARGE", "It is larger than the limit for one file.");
    await readPart({ bytes, name, mimeType, depth: 0 }, reading);
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    reading.stop(error);
  }
  return reading;
}

/** One that cannot be read leaves the others to be read. Throws LimitReached. */
async function readPart(part: Part, reading: Reading): Promise<void> {
  await reading.attempt(async () => {
    reading.checkTime();
    if (part.depth > reading.limits.depth)
      throw new UnreadablePart("TOO_LARGE", "Archives are nested deeper than they are read.");
    await readContent(part, reading);
    reading.write("\n");
  });
}

async function readContent(part: Part, reading: Reading): Promise<void> {
  const { bytes } = part;
  const head = Buffer.from(bytes.subarray(0, 1024)).toString("latin1");
  const inner = (one: { name: string; content: Uint8Array; mimeType?: string }) =>
    readPart({ bytes: one.content, name: one.name, mimeType: one.mimeType ?? "", depth: part.depth + 1 }, reading);
  if (head.startsWith("PK\x03\x04") || head.startsWith("PK\x05\x06"))
    return readZip(await openArchive(bytes, reading), part, reading);
  if (head.includes("%PDF-")) {
    const attachments = await readPdf(bytes, reading);
    reading.partRead();
    for (const attachment of attachments) {
      reading.countEntry();
      reading.inflate(attachment.content.length);
      await inner(attachment);
    }
    return;
  }
  if (isCompound(bytes)) await readCompound(bytes, reading);
  else if (head.startsWith("{\\rtf")) reading.write(textOfRtf(bytes));
  else if (head.startsWith("\x1f\x8b"))
    return inner({ name: part.name.replace(/\.t?gz$/i, ""), content: await gunzipped(bytes, reading) });
  else if (isTar(bytes)) {
    for (const file of filesOfTar(bytes, reading)) await inner(file);
    return;
  } else return readPlain(part, reading, inner);
  reading.partRead();
}

async function readZip(archive: Archive, part: Part, reading: Reading): Promise<void> {
  const inside = isOoxml(archive)
    ? await readOoxml(archive, reading)
    : isOdf(archive)
      ? await readOdf(archive, reading)
      : archive.entries;
  for (const entry of inside)
    await reading.attempt(async () =>
      readPart({ bytes: await entry.content(), name: entry.name, mimeType: "", depth: part.depth + 1 }, reading),
    );
}

async function gunzipped(bytes: Uint8Array, reading: Reading): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of Readable.from([bytes]).pipe(createGunzip())) {
      reading.inflate(piece.length);
      size += piece.length;
      if (size > reading.limits.bytes)
        throw new UnreadablePart("TOO_LARGE", "A file in the archive is larger than the limit for one file.");
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof UnreadablePart || error instanceof LimitReached) throw error;
    throw new UnreadablePart("CORRUPT", "The archive is damaged.", { cause: error });
  }
  return Buffer.concat(pieces, size);
}

async function readPlain(
  part: Part,
  reading: Reading,
  inner: (one: { name: string; content: Uint8Array; mimeType: string }) => Promise<void>,
): Promise<void> {
  const { bytes, name, mimeType } = part;
  if (bytes.length === 0) return reading.partRead();
  const encoding = encodingOf(bytes);
  if (!encoding) {
    const type = await fileTypeFromBuffer(bytes.subarray(0, 4_100));
    throw new UnreadablePart(
      "UNSUPPORTED_TYPE",
      type ? `Files of the type ${type.mime} are not read.` : "It is of no known type.",
    );
  }
  const text = decodeText(bytes, encoding);
  if (/\.eml$/i.test(name) || mimeType === "message/rfc822" || looksLikeMail(text)) {
    const mail = await readMail(bytes, reading);
    if (mail.html !== null) reading.write(textOfHtml(mail.html));
    reading.partRead();
    for (const attachment of mail.attachments) {
      reading.countEntry();
      reading.inflate(attachment.content.length);
      await inner(attachment);
    }
    return;
  }
  const isHtml =
    /\.x?html?$/i.test(name) || mimeType.startsWith("text/html") || /^\s{0,100}<(?:!doctype html|html)\b/i.test(text);
  reading.write(isHtml ? textOfHtml(text) : text);
  reading.partRead();
}
