import { addressOf } from "#src/connector-kit/address.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { contains, either } from "./encoded-query.ts";
import { activity, actorNamed } from "./map.ts";
import { needInstantAt } from "./values.ts";

export const transactionFields = [
  ...["sys_id", "url", "type", "remote_ip", "session", "user_agent", "http_status", "response_status", "response_time"],
  ...["sys_created_on", "sys_created_by"],
];

/** What the address of a list is asked for with, and what it exports. */
const formats: Readonly<Record<string, string>> = {
  ...{ CSV: "csv", EXCEL: "xlsx", XLSX: "xlsx", PDF: "pdf", XML: "xml", UNL: "xml", JSONv2: "json" },
};

/** Transactions that carry data out: exports of lists, and attachments. */
export const exportsOnly = either(
  ...Object.keys(formats).map((format) => contains("url", `.do?${format}`)),
  contains("url", "sys_attachment.do"),
  contains("url", "/api/now/attachment/"),
);

const exported = new RegExp(`/([a-z0-9_]+)\\.do\\?(?:.*&)?(${Object.keys(formats).join("|")})(?=[&=]|$)`);

/** Source: https://www.servicenow.com/docs/r/platform-security/r_TransactionLogs.html */
export function toTransaction(value: unknown, path: string): ActivityRecord {
  const raw = needObject(value, path);
  const url = textOf(raw.url) ?? "";
  const { eventType, target } = whatOf(url, textOf(raw.type));
  const status = Number(textOf(raw.http_status) ?? textOf(raw.response_status) ?? 0);
  const userAgent = textOf(raw.user_agent);
  return activity(
    {
      externalId: needText(raw.sys_id, `${path}.sys_id`),
      occurredAt: needInstantAt(raw.sys_created_on, `${path}.sys_created_on`),
      actor: actorNamed(textOf(raw.sys_created_by)),
      outcome: status >= 400 ? "FAILURE" : "SUCCESS",
      ...{ eventType, targets: [target], raw },
    },
    { ipAddress: addressOf(raw.remote_ip), sessionId: textOf(raw.session), ...(userAgent ? { userAgent } : {}) },
  );
}

function whatOf(url: string, type: string | null) {
  const [, list, format] = exported.exec(url) ?? [];
  if (list && format) {
    const name = list.replace(/_list$/, "");
    return { eventType: `transaction.export.${formats[format]}`, target: { type: "table", id: name, name } };
  }
  const [, attachment] =
    /(?:sys_attachment\.do\?.*\bsys_id=|\/api\/now\/(?:v\d\/)?attachment\/)([0-9a-f]{32})/.exec(url) ?? [];
  if (attachment) return { eventType: "transaction.attachment", target: { type: "sys_attachment", id: attachment } };
  const page = url.replace(/\?.*$/s, "").slice(0, 200) || "a page";
  return {
    eventType: `transaction.${(type ?? "other").toLowerCase().replaceAll(" ", "_")}`,
    target: { type: "url", name: page },
  };
}
