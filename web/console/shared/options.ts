import { useMemo } from "react";
import { useQuery } from "urql";
import { InstanceNamesDocument } from "../__generated__/viewer.ts";
import type { Option } from "./filter.tsx";
import { words } from "./words.ts";

export function optionsOf(values: readonly string[]): Option[] {
  return values.map((value) => ({ value, label: words(value) }));
}

export const severities = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"] as const;

/** The instances that the viewer may see, for filters. */
export function useInstanceOptions(): Option[] {
  const [{ data }] = useQuery({ query: InstanceNamesDocument, requestPolicy: "cache-first" });
  return useMemo(() => (data?.instances.nodes ?? []).map(({ id, name }) => ({ value: id, label: name })), [data]);
}

/** A total that is exact up to 10,000. */
export function totalText(total: number | null, noun: string): string {
  return total === null
    ? `many ${noun}s`
    : `${new Intl.NumberFormat().format(total)} ${total === 1 ? noun : `${noun}s`}`;
}
