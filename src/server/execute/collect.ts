import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
} from "graphql";

export interface CollectFrom {
  schema: GraphQLSchema;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  variables: Record<string, unknown>;
}

/** Fields by response name, in the order of the answer: CollectFields of the specification. Throws where a condition has no value. */
export function collectFields(
  from: CollectFrom,
  type: GraphQLObjectType,
  selectionSets: Iterable<SelectionSetNode>,
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const visited = new Set<string>();

  function visit({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD && visited.has(selection.name.value)) continue;
      if (!isIncluded(selection, from.variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const known = fields.get(name);
        if (known) known.push(selection);
        else fields.set(name, [selection]);
        continue;
      }
      let fragment: Pick<FragmentDefinitionNode, "selectionSet"> &
        Partial<Pick<FragmentDefinitionNode, "typeCondition">> = selection as never;
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        visited.add(selection.name.value);
        const named = from.fragments[selection.name.value];
        if (!named) continue;
        fragment = named;
      }
      if (appliesTo(from.schema, fragment.typeCondition, type)) visit(fragment.selectionSet);
    }
  }

  for (const selectionSet of selectionSets) visit(selectionSet);
  return fields;
}

function isIncluded(selection: SelectionNode, variables: Record<string, unknown>): boolean {
  if (!selection.directives?.length) return true;
  if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if !== false;
}

function appliesTo(
  schema: GraphQLSchema,
  condition: FragmentDefinitionNode["typeCondition"] | undefined,
  type: GraphQLObjectType,
): boolean {
  if (!condition) return true;
  const wanted = typeFromAST(schema, condition);
  return wanted === type || (isAbstractType(wanted) && schema.isSubType(wanted, type));
}

/** The variables that @skip and @include name: what is selected depends on them and on nothing else of a request. */
export function conditionVariables(definitions: readonly { selectionSet: SelectionSetNode }[]): string[] {
  const names = new Set<string>();
  function visit({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      for (const directive of selection.directives ?? []) {
        if (directive.name.value !== "skip" && directive.name.value !== "include") continue;
        for (const { value } of directive.arguments ?? [])
          if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      }
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) visit(selection.selectionSet);
    }
  }
  for (const { selectionSet } of definitions) visit(selectionSet);
  return [...names].sort();
}
