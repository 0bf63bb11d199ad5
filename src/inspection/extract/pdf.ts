import type { PDFDocumentProxy, PDFPageProxy } from "unpdf/pdfjs";
import { LimitReached, type Reading, UnreadablePart } from "./reading.ts";

/** Pages without text that are looked at for pictures; scans are found long before. */
const maxPictureChecks = 20;

export interface PdfAttachment {
  name: string;
  content: Uint8Array;
}

/** Text, form fields, notes, properties, and the attached files. Throws UnreadablePart, LimitReached. */
export async function readPdf(bytes: Uint8Array, reading: Reading): Promise<PdfAttachment[]> {
  const { getDocumentProxy } = await import("unpdf");
  let pdf: PDFDocumentProxy;
  try {
    // A copy: pdf.js takes the memory of what it is given.
    pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0, isEvalSupported: false, stopAtErrors: false });
  } catch (error) {
    if (nameOf(error) === "PasswordException") throw new UnreadablePart("ENCRYPTED", "The PDF needs a password.");
    throw new UnreadablePart("CORRUPT", "The PDF is damaged.", { cause: error });
  }
  try {
    return await readPages(pdf, reading);
  } catch (error) {
    if (error instanceof LimitReached || error instanceof UnreadablePart) throw error;
    throw new UnreadablePart("CORRUPT", "The PDF is damaged.", { cause: error });
  } finally {
    await pdf.destroy();
  }
}

async function readPages(pdf: PDFDocumentProxy, reading: Reading): Promise<PdfAttachment[]> {
  const { info } = await pdf.getMetadata();
  for (const value of Object.values(info)) if (typeof value === "string") reading.write(`${value}\n`);
  let pictures = 0;
  let checks = 0;
  for (let number = 1; number <= pdf.numPages; number++) {
    reading.checkTime();
    const page = await pdf.getPage(number);
    const hasText = await readPage(page, reading);
    if (!hasText && checks < maxPictureChecks) {
      checks++;
      if (await hasPicture(page)) pictures++;
    }
    page.cleanup();
  }
  if (pictures > 0)
    reading.problem(
      new UnreadablePart("UNSUPPORTED_TYPE", "Pages are pictures without text; text in pictures is not recognised."),
    );
  const attachments: unknown = await pdf.getAttachments();
  return Object.values((attachments ?? {}) as Record<string, { filename?: string; content?: Uint8Array }>).flatMap(
    ({ filename, content }) => (content ? [{ name: filename ?? "", content }] : []),
  );
}

async function readPage(page: PDFPageProxy, reading: Reading): Promise<boolean> {
  let hasText = false;
  const { items } = await page.getTextContent();
  for (const item of items) {
    if (!("str" in item)) continue;
    if (item.str.trim() !== "") hasText = true;
    reading.write(item.hasEOL ? `${item.str}\n` : item.str);
  }
  reading.write("\n");
  for (const annotation of await page.getAnnotations())
    for (const value of [annotation.fieldValue, annotation.contentsObj?.str, annotation.url])
      if (typeof value === "string" && value !== "") reading.write(`${value}\n`);
  return hasText;
}

async function hasPicture(page: PDFPageProxy): Promise<boolean> {
  const { getResolvedPDFJS } = await import("unpdf");
  const { OPS } = await getResolvedPDFJS();
  const pictures = new Set<number>([OPS.paintImageXObject, OPS.paintInlineImageXObject, OPS.paintImageMaskXObject]);
  const { fnArray } = await page.getOperatorList();
  return fnArray.some((operator) => pictures.has(operator));
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "");
