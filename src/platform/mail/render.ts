import { escapeHtml } from "#src/platform/text.ts";
import { oneLine } from "./send.ts";

export interface MailContent {
  subject: string;
  /** Paragraphs are parted by an empty line. */
  message: string;
  /** Label and value, one line each. */
  facts: readonly (readonly [string, string])[];
  footer: string;
}

/** The same content as plain text and as simple HTML. Everything in it is text: nothing is taken for markup. */
export function renderMail({ subject, message, facts, footer }: MailContent): {
  subject: string;
  text: string;
  html: string;
} {
  const paragraphs = message
    .replaceAll("\r\n", "\n")
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "");
  const lines = facts.map(([label, value]) => [oneLine(label, 100), oneLine(value, 500)] as const);
  const text = [...paragraphs, lines.map(([label, value]) => `${label}: ${value}`).join("\n"), `-- \n${footer}`]
    .filter((part) => part !== "")
    .join("\n\n");
  const html = `<!doctype html>
<html><body style="font-family: sans-serif; color: #222; max-width: 40em">
${paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph).replaceAll("\n", "<br>")}</p>`).join("\n")}
<table style="border-collapse: collapse">
${lines.map(([label, value]) => `<tr><th style="text-align: left; padding: 2px 16px 2px 0">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`).join("\n")}
</table>
<p style="color: #777">${escapeHtml(footer)}</p>
</body></html>
`;
  return { subject: oneLine(subject, 200), text: `${text}\n`, html };
}
