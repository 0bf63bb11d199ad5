import type { Parameters } from "./parameters.ts";

const closed = /^(none|private)$/;

/** Whether a change of access opens an item or closes it; empty for one between two that are open, and for all other events. */
export function sharingChangeOf(type: string, parameters: Parameters): "share" | "unshare" | "" {
  if (!/^drive\.change_(user_access|document_visibility)$/.test(type)) return "";
  const [before, after] = [parameters.text("old_value"), parameters.text("new_value")];
  if (after === null) return "";
  if (closed.test(after)) return before === null || !closed.test(before) ? "unshare" : "";
  return before === null || closed.test(before) || parameters.text("visibility_change") === "external" ? "share" : "";
}
