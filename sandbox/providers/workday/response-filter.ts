import type { SandboxResponse } from "../../provider.ts";
import { child, element, envelope, group, type SoapRequest, text, validationFault } from "./soap.ts";

/** `Response_Filter` of any `Get_` operation. */
export interface Filter {
  offset: number;
  limit: number;
  page: number;
  /** Epoch ms: what was entered later is left out. */
  asOf: number;
}

/** A validation fault when a number in it is out of range. */
export function filterOf(
  { operation, content }: SoapRequest,
  now: number,
  unlimited: boolean,
): Filter | SandboxResponse {
  const filter = child(content, "Response_Filter");
  const page = Number(text(filter, "Page") ?? 1);
  const limit = Number(text(filter, "Count") ?? 100);
  const max = unlimited ? 100_000 : 999;
  const asOf = Date.parse(text(filter, "As_Of_Entry_DateTime") ?? "") || now;
  if (Number.isInteger(page) && page >= 1 && Number.isInteger(limit) && limit >= 1 && limit <= max)
    return { offset: (page - 1) * limit, limit, page, asOf };
  const xpath = `/bsvc:${operation}/bsvc:Response_Filter`;
  return validationFault("Count must be between 1 and 999, and Page at least 1.", xpath);
}

/** One page of results, with the filter repeated, and how many results there are on how many pages. `before`: what comes ahead of it. */
export function answerPage(
  { operation, version }: SoapRequest,
  { page, limit, asOf }: Filter,
  total: number,
  results: readonly string[],
  before = "",
): SandboxResponse {
  const asked = [element("As_Of_Entry_DateTime", pacific(asOf)), element("Page", page), element("Count", limit)];
  const found = [
    element("Total_Results", total),
    element("Total_Pages", Math.max(1, Math.ceil(total / limit))),
    element("Page_Results", results.length),
    element("Page", page),
  ];
  const content = group("Response_Filter", ...asked) + group("Response_Results", ...found);
  const data = group("Response_Data", ...results);
  return envelope(operation.replace(/_Request$/, "_Response"), version, before + content + data);
}

/** SOAP answers are written in US Pacific time: `2026-11-17T23:42:19.118-08:00`. */
export function pacific(at: number): string {
  const hours = isDaylightSaving(at) ? 7 : 8;
  return `${new Date(at - hours * 3_600_000).toISOString().slice(0, -1)}-0${hours}:00`;
}

/** From 2:00 on the second Sunday of March to 2:00 on the first Sunday of November, local time. */
function isDaylightSaving(at: number): boolean {
  const year = new Date(at - 8 * 3_600_000).getUTCFullYear();
  const sunday = (month: number, which: number) =>
    1 + ((7 - new Date(Date.UTC(year, month, 1)).getUTCDay()) % 7) + (which - 1) * 7;
  return at >= Date.UTC(year, 2, sunday(2, 2), 10) && at < Date.UTC(year, 10, sunday(10, 1), 9);
}
