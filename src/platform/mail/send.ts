import { createHash } from "node:crypto";
import { ConflictError, InvalidInputError, MailRefusedError, MailUnavailableError } from "#src/errors.ts";
import { isMailAddress } from "#src/platform/text.ts";
import { refuseInTransaction } from "#src/platform/transaction-mark.ts";

export interface MailSettings {
  /** SMTP_URL. */
  url: string;
  /** An address, or `Name <address>`. */
  from: string;
}

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html?: string;
  /** What this mail is about and to whom, the same each time it is sent: makes its Message-ID, so that mail programs know a repeat. */
  key: string;
}

/** For each step: connecting, the greeting, an answer. */
const giveUpMs = 15_000;

/** Throws ConflictError when there is no mail server. */
export function needMail(core: { mail: MailSettings | null }): MailSettings {
  if (core.mail) return core.mail;
  throw new ConflictError("Gatehouse cannot send mail: SMTP_URL is not set. Set it and start Gatehouse again.", {
    code: "MAIL_NOT_CONFIGURED",
  });
}

/**
 * Hands one mail to the mail server; returns once the server has taken it. To one address, so that a refusal concerns nobody else.
 * Throws ConflictError (no SMTP_URL), InvalidInputError (not an address), MailUnavailableError (try again), MailRefusedError (do not).
 */
export async function sendMail(core: { mail: MailSettings | null; publicUrl: string }, mail: Mail): Promise<void> {
  refuseInTransaction("a mail");
  const { url, from } = needMail(core);
  if (!isMailAddress(mail.to)) throw new InvalidInputError(`"${mail.to.slice(0, 254)}" is not an e-mail address.`);
  const transport = await openTransport(url);
  const domain = /@([^<>]+)>?$/.exec(from)?.[1] ?? "localhost";
  const id = createHash("sha256").update(`${core.publicUrl} ${mail.key}`).digest("hex").slice(0, 32);
  try {
    await transport.sendMail({
      from,
      to: { name: "", address: mail.to },
      subject: oneLine(mail.subject, 200),
      text: mail.text,
      ...(mail.html === undefined ? {} : { html: mail.html }),
      messageId: `<${id}@${domain}>`,
      // RFC 3834: no holiday notes in return.
      headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
    });
  } catch (error) {
    throw mailError(error);
  } finally {
    transport.close();
  }
}

/** Whether the mail server answers and takes our credentials; sends nothing. Throws MailUnavailableError, MailRefusedError. */
export async function verifyMail(url: string): Promise<void> {
  const transport = await openTransport(url);
  try {
    await transport.verify();
  } catch (error) {
    throw mailError(error);
  } finally {
    transport.close();
  }
}

async function openTransport(url: string) {
  // Loaded when first needed: most processes never send mail.
  const { createTransport } = await import("nodemailer");
  return createTransport({
    url,
    // A password goes over TLS, unless the URL sets otherwise (?requireTLS=false) or the server is this machine.
    ...(needsTls(url) ? { requireTLS: true } : {}),
    connectionTimeout: giveUpMs,
    greetingTimeout: giveUpMs,
    socketTimeout: giveUpMs,
    dnsTimeout: giveUpMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** MAIL_FROM when nothing is set: an address on the host that people know. */
export function defaultSender(publicUrl: string): string {
  const { hostname } = new URL(publicUrl);
  return `Gatehouse <gatehouse@${/[a-z]/i.test(hostname) && !hostname.includes("[") ? hostname : "localhost"}>`;
}

/** No line ends and other controls: what follows one would be a header. */
export function oneLine(text: string, maxLength: number): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim()
    .slice(0, maxLength)
    .toWellFormed();
}

function needsTls(text: string): boolean {
  const url = new URL(text);
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  return url.username !== "" && !local && !url.searchParams.has("requireTLS");
}

/** What to do about it, from the server's answer or its absence. */
function mailError(cause: unknown): Error {
  const { responseCode, code, response, message } = cause as {
    responseCode?: number;
    code?: string;
    response?: string;
    message?: string;
  };
  const said = oneLine(response ?? message ?? "", 200);
  if (responseCode !== undefined && responseCode >= 500)
    return new MailRefusedError(`The mail server refused: ${said}`, { cause });
  if (responseCode !== undefined && responseCode >= 400)
    return new MailUnavailableError(`The mail server deferred the message: ${said}`, { cause });
  if (code === "EAUTH" || code === "ENOAUTH" || code === "ETLS")
    return new MailRefusedError(`The mail server cannot be used with this SMTP_URL: ${said}`, { cause });
  if (code && ["ECONNECTION", "ESOCKET", "ETIMEDOUT", "EDNS", "EPROTOCOL", "ECONNREFUSED", "ECONNRESET"].includes(code))
    return new MailUnavailableError(`The mail server does not answer: ${said}`, { cause });
  return cause as Error;
}
