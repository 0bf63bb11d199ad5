import PostalMime from "postal-mime";
import { type Reading, UnreadablePart } from "./reading.ts";

export interface MailAttachment {
  name: string;
  mimeType: string;
  content: Uint8Array;
}

const firstHeaders =
  /^(?:Received|Return-Path|Delivered-To|From|To|Subject|Date|Message-ID|MIME-Version|X-[\w-]+|ARC-[\w-]+|DKIM-Signature):/i;

/** At least three of the headers that mails begin with. */
export function looksLikeMail(text: string): boolean {
  const [head = ""] = text.slice(0, 8_192).split(/\r?\n\r?\n/, 1);
  return head.split(/\r?\n/).filter((line) => firstHeaders.test(line)).length >= 3;
}

/** Headers and bodies of a mail, and its attachments; a mail attached to it is an attachment. Throws UnreadablePart, LimitReached. */
export async function readMail(
  bytes: Uint8Array,
  reading: Reading,
): Promise<{ html: string | null; attachments: MailAttachment[] }> {
  let mail: Awaited<ReturnType<typeof PostalMime.parse>>;
  try {
    mail = await PostalMime.parse(bytes, {
      attachmentEncoding: "arraybuffer",
      forceRfc822Attachments: true,
      maxNestingDepth: 50,
      maxHeadersSize: 1024 * 1024,
    });
  } catch (error) {
    throw new UnreadablePart("CORRUPT", "The mail is damaged.", { cause: error });
  }
  for (const { originalKey, value } of mail.headers) reading.write(`${originalKey}: ${value}\n`);
  if (mail.subject) reading.write(`${mail.subject}\n`);
  if (mail.text) reading.write(`${mail.text}\n`);
  const attachments = mail.attachments.map(({ filename, mimeType, content }) => ({
    name: filename ?? "",
    mimeType,
    content: contentOf(content),
  }));
  return { html: mail.html ?? null, attachments };
}

function contentOf(content: ArrayBuffer | Uint8Array | string): Uint8Array {
  return typeof content === "string" ? Buffer.from(content) : new Uint8Array(content);
}
