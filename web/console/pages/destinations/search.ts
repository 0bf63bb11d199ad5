import { textOf } from "../../shared/search.ts";

export interface DestinationSearch {
  open?: string | undefined;
}

export function destinationSearch(raw: Record<string, unknown>): DestinationSearch {
  return { open: textOf(raw.open) };
}
