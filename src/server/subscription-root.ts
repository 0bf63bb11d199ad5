import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/**
 * A subscription has exactly one root field, so `@skip` and `@include` cannot decide whether it is there. graphql-js's rule for the one
 * field (SingleFieldSubscriptionsRule) evaluates the directives without the operation's variables, and throws.
 * Source: https://spec.graphql.org/draft/#sec-Single-Root-Field
 */
export function refuseConditionsAtRoot(document: DocumentNode): GraphQLError[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION || definition.operation !== OperationTypeNode.SUBSCRIPTION)
      return [];
    const nodes = rootSelections(definition.selectionSet, fragments).flatMap(
      ({ directives }) => directives?.filter(({ name }) => name.value === "skip" || name.value === "include") ?? [],
    );
    return nodes.length > 0
      ? [new GraphQLError("`@skip` and `@include` cannot be used at the root of a subscription.", { nodes })]
      : [];
  });
}

/** The selections of the root, with those of fragments that are spread there. */
function rootSelections(
  root: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): SelectionNode[] {
  const found: SelectionNode[] = [];
  const visited = new Set<SelectionSetNode>();
  const visit = (set: SelectionSetNode | undefined) => {
    if (!set || visited.has(set)) return;
    visited.add(set);
    for (const selection of set.selections) {
      found.push(selection);
      if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet);
      if (selection.kind === Kind.FRAGMENT_SPREAD) visit(fragments.get(selection.name.value)?.selectionSet);
    }
  };
  visit(root);
  return found;
}
