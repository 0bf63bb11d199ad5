import { isEncryptedWord, openCompound } from "./compound.ts";
import { LimitReached, type Reading, UnreadablePart } from "./reading.ts";

/** Compound files: .doc is read; encrypted Office files, and what else has this form, are named. Throws UnreadablePart, LimitReached. */
export async function readCompound(bytes: Uint8Array, reading: Reading): Promise<void> {
  const compound = openCompound(bytes);
  if (compound.names.includes("EncryptedPackage") || compound.names.includes("EncryptionInfo"))
    throw new UnreadablePart("ENCRYPTED", "The Office document is encrypted.");
  if (!compound.names.includes("WordDocument"))
    throw new UnreadablePart("UNSUPPORTED_TYPE", "Of the older Office formats only Word (.doc) is read.");
  if (isEncryptedWord(compound.start("WordDocument")))
    throw new UnreadablePart("ENCRYPTED", "The Word document is encrypted.");
  const { default: WordExtractor } = await import("word-extractor");
  try {
    const document = await new WordExtractor().extract(Buffer.from(bytes));
    const texts = [document.getBody(), document.getHeaders(), document.getFootnotes(), document.getEndnotes()];
    for (const text of [...texts, document.getAnnotations(), document.getTextboxes()]) reading.write(`${text}\n`);
  } catch (error) {
    if (error instanceof LimitReached) throw error;
    throw new UnreadablePart("CORRUPT", "The Word document is damaged.", { cause: error });
  }
}
