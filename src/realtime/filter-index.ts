type Value = string | number;

/** What an item has in a dimension; several values where it may have several. */
export type Dimension<Item> = (item: Item) => Value | readonly Value[] | null | undefined;

/** What every item that a member wants has in one dimension: at least one of these values. */
export interface Condition {
  dimension: string;
  values: readonly Value[];
}

/** Finds the members that may want an item without trying all of them. */
export interface FilterIndex<Item, Member> {
  readonly size: number;
  /** All conditions must hold for a member; the most selective first. Without any the member may want everything. */
  add(member: Member, conditions: readonly Condition[]): void;
  delete(member: Member): void;
  /** Every member whose conditions hold, and others for which one of them does; each once. */
  candidates(item: Item): Member[];
  /** Whether there are candidates. */
  has(item: Item): boolean;
}

/** Until places hold about so many, how frequent a value is counts for more than how many lie there. */
const crowdOfNone = 100;

/**
 * A member lies under each value of one of its conditions: the one whose places are the emptiest when it comes. So many members that
 * agree in one dimension and differ in another are distinguished by the other.
 * `frequencyOf` returns how often items have one of the values, where that is known of a dimension; the measure is free.
 */
export function createFilterIndex<Item, Member>(
  dimensions: Readonly<Record<string, Dimension<Item>>>,
  frequencyOf: (condition: Condition) => number = () => 1,
): FilterIndex<Item, Member> {
  const places = new Map(Object.keys(dimensions).map((name) => [name, new Map<Value, Set<Member>>()]));
  const everything = new Set<Member>();
  const chosen = new Map<Member, Condition | null>();

  /** How many others an item of this member would meet, on average. */
  function crowd({ dimension, values }: Condition): number {
    const byValue = places.get(dimension)!;
    let others = 0;
    for (const value of values) others += byValue.get(value)?.size ?? 0;
    return others / Math.max(1, values.length);
  }

  function choose(conditions: readonly Condition[]): Condition | null {
    let best: Condition | null = null;
    let fewest = Number.POSITIVE_INFINITY;
    for (const condition of conditions) {
      if (!places.has(condition.dimension)) continue;
      const met = (crowdOfNone + crowd(condition)) * frequencyOf(condition);
      if (met < fewest) [best, fewest] = [condition, met];
    }
    return best;
  }

  return {
    get size() {
      return chosen.size;
    },
    add(member, conditions) {
      if (chosen.has(member)) return;
      const condition = choose(conditions);
      chosen.set(member, condition);
      if (!condition) return void everything.add(member);
      const byValue = places.get(condition.dimension)!;
      for (const value of condition.values) {
        const members = byValue.get(value);
        if (members) members.add(member);
        else byValue.set(value, new Set([member]));
      }
    },
    delete(member) {
      const condition = chosen.get(member);
      chosen.delete(member);
      if (!condition) return void everything.delete(member);
      const byValue = places.get(condition.dimension)!;
      for (const value of condition.values) {
        const members = byValue.get(value);
        if (members?.delete(member) && members.size === 0) byValue.delete(value);
      }
    },
    candidates(item) {
      const found = [...everything];
      for (const [name, byValue] of places) {
        if (byValue.size === 0) continue;
        const value = dimensions[name]!(item);
        if (isList(value)) found.push(...membersOf(value, byValue));
        else {
          const members = value == null ? undefined : byValue.get(value);
          if (members) found.push(...members);
        }
      }
      return found;
    },
    has(item) {
      if (everything.size > 0) return true;
      for (const [name, byValue] of places) {
        const value = byValue.size === 0 ? null : dimensions[name]!(item);
        if (isList(value) ? value.some((one) => byValue.has(one)) : value != null && byValue.has(value)) return true;
      }
      return false;
    },
  };
}

function isList(value: Value | readonly Value[] | null | undefined): value is readonly Value[] {
  return typeof value === "object" && value !== null;
}

/** Of several values: a member that lies under more than one of them comes once. */
function membersOf<Member>(
  values: readonly Value[],
  byValue: ReadonlyMap<Value, ReadonlySet<Member>>,
): Iterable<Member> {
  const found = new Set<Member>();
  for (const value of values) for (const member of byValue.get(value) ?? []) found.add(member);
  return found;
}
