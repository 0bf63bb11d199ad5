import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from "graphql";

/** What two fragments spread in one place cost to compare, in pairs of fields. */
const pairsPerFragments = 10;

/** Deeper than an operation may be: a fragment that spreads itself below a field, which validation reports. */
const maxLevels = 50;

/**
 * How much validation has to compare: pairs of fields that share a place and a name in the answer, which must not conflict, and the fields
 * themselves, fragments counted where they are spread. It takes a time that grows with the square of what is repeated. Counted up to `max`.
 */
export function countOverlaps(document: DocumentNode, max: number): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  let count = 0;

  function addMerged(sets: readonly SelectionSetNode[], level: number): void {
    const byName = new Map<string, { fields: number; below: SelectionSetNode[] }>();
    const spread = new Set<string>();
    const add = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (count > max) return;
        if (selection.kind === Kind.FIELD) {
          const name = (selection.alias ?? selection.name).value;
          const same = byName.get(name) ?? { fields: 0, below: [] };
          byName.set(name, same);
          count += 1 + same.fields;
          same.fields += 1;
          if (selection.selectionSet) same.below.push(selection.selectionSet);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) add(selection.selectionSet);
        else if (!spread.has(selection.name.value)) {
          count += pairsPerFragments * spread.size;
          spread.add(selection.name.value);
          const fragment = fragments.get(selection.name.value);
          if (fragment) add(fragment.selectionSet);
        }
      }
    };
    for (const set of sets) add(set);
    if (level >= maxLevels) return;
    for (const { below } of byName.values()) if (below.length > 0 && count <= max) addMerged(below, level + 1);
  }

  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) addMerged([definition.selectionSet], 1);
  return count;
}
