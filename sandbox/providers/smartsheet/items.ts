import { numericIds } from "../../kit/ids.ts";

export const kinds = ["sheet", "report", "sight", "workspace"] as const;
export type Kind = (typeof kinds)[number];

const firstIds: Readonly<Record<Kind, number>> = {
  sheet: 3_285_357_287_400_000,
  report: 6_461_264_590_700_000,
  sight: 5_591_022_138_200_000,
  workspace: 7_116_448_184_100_000,
};

const names: Readonly<Record<Kind, readonly string[]>> = {
  sheet: ["Launch plan", "Budget 2026", "Suppliers", "Risks", "Onboarding"],
  report: ["Open risks", "Overdue tasks"],
  sight: ["Programme status"],
  workspace: ["Product launch", "Finance"],
};

export interface Item {
  kind: Kind;
  id: string;
  name: string;
  number: number;
}

/** What the administrator can open. */
export function itemsOf(kind: Kind): Item[] {
  return names[kind].map((name, number) => ({ kind, name, number, id: numericIds(firstIds[kind]).idOf(number) }));
}

export const findItem = (kind: Kind, id: string): Item | undefined => itemsOf(kind).find((item) => item.id === id);

/** In events a sight is a dashboard. */
export const itemOfEvent = (objectType: string, number: number): Item | undefined => {
  const kind = objectType === "DASHBOARD" ? "sight" : objectType.toLowerCase();
  const items = kinds.find((one) => one === kind);
  return items && itemsOf(items)[number % names[items].length];
};
