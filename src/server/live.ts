import { hash } from "node:crypto";
import {
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  getArgumentValues,
  Kind,
  type OperationDefinitionNode,
  print,
  visit,
} from "graphql";
import type { Followed, OpenFollowed } from "#schema/subscriptions.ts";
import type { Viewer } from "#src/access/viewer.ts";
import { decodeCursor, type LogCursor, wholeBatch } from "#src/realtime/cursor.ts";
import { createFanOut, type FanOut, type FanOutParts } from "#src/realtime/fan-out.ts";
import type { SharedOperation } from "#src/realtime/group.ts";
import type { CheckedOperation, Engine, OperationParams } from "./engine.ts";
import { type Compiled, compileEvent } from "./execute/compile.ts";
import { joinPayloads, type SharedPayload, sharedPayload } from "./frames.ts";
import type { CreateContext } from "./operation-context.ts";

/** A subscription that can share one execution with others, and where it begins. */
export interface LiveSubscription {
  operation: SharedOperation<object, SharedPayload>;
  beginning: Followed["beginning"];
  seen: LogCursor;
  /** Every item has to be tried against it, or looked up in the database for it. */
  isSlow: boolean;
}

export interface Live {
  fanOut: FanOut<SharedPayload>;
  /** Null for what runs by itself: no subscription, or one whose field does not say what it follows, or whose arguments are wrong. */
  share(params: OperationParams, checked: CheckedOperation, viewer: Viewer): LiveSubscription | null;
}

/** What is the same for every use of a document. */
interface Plan {
  field: FieldNode;
  compiled: Compiled;
  open: OpenFollowed;
  /** Variables that decide what is delivered: all but those that only set where to begin. */
  variables: string[];
  /** Those among them that decide how an item is delivered, whatever the arguments of the field are. */
  inSelection: string[];
  /** Names the operation, and what it selects: equal for operations that differ in the arguments of the field alone. */
  operation: string;
  selection: string;
}

/** Subscribers with the same document, variables and rights share what is made for them. */
export function createLive(
  parts: Omit<FanOutParts, "onRendered"> & { engine: Engine; context: CreateContext; onRendered(): void },
): Live {
  const { engine, tailer } = parts;
  const fanOut = createFanOut<SharedPayload>(parts);
  const plans = new WeakMap<DocumentNode, Map<OperationDefinitionNode, Plan | null>>();
  const never = new AbortController().signal;

  function planOf({ document, operation }: CheckedOperation): Plan | null {
    const known = plans.get(document) ?? new Map<OperationDefinitionNode, Plan | null>();
    plans.set(document, known);
    const plan = known.has(operation) ? known.get(operation)! : makePlan(document, operation);
    known.set(operation, plan);
    return plan;
  }

  function makePlan(document: DocumentNode, operation: OperationDefinitionNode): Plan | null {
    const [field, ...others] = operation.selectionSet.selections;
    if (operation.operation !== "subscription" || others.length > 0) return null;
    // Fragments and directives around the field itself are rare: they run alone.
    if (field?.kind !== Kind.FIELD || field.directives?.length || operation.directives?.length) return null;
    const open = engine.schema.getSubscriptionType()?.getFields()[field.name.value]?.extensions.followed;
    const compiled = compileEvent(engine.schema, document, operation);
    if (typeof open !== "function" || !compiled) return null;
    const selected = selectionOf(document, operation, field);
    return {
      field,
      compiled,
      open: open as OpenFollowed,
      variables: variablesOf(document, operation, field),
      inSelection: selected.variables,
      operation: nameOf([operation, ...fragmentsOf(document)].map(print).join("\n")),
      selection: selected.name,
    };
  }

  function share(
    params: OperationParams,
    checked: CheckedOperation,
    { role, instanceIds }: Viewer,
  ): LiveSubscription | null {
    const plan = planOf(checked);
    if (!plan) return null;
    const given = params.variables ?? {};
    const { coerced: variables } = plan.compiled.coerce(given);
    const followed = variables && openFollowed(engine, plan, variables);
    if (!followed) return null;
    const { feed, beginning } = followed;
    const rights = JSON.stringify([role, instanceIds && [...instanceIds].sort((one, other) => one - other)]);
    const valuesOf = (names: string[]) =>
      JSON.stringify(names.map((name) => (Object.hasOwn(given, name) ? [given[name]] : [])));
    const viewer: Viewer = {
      id: "subscribers",
      name: "subscribers",
      role,
      instanceIds,
      sessionId: null,
      ipAddress: null,
      expiresAt: null,
    };
    return {
      operation: {
        key: `${plan.operation} ${rights} ${valuesOf(plan.variables)}`,
        rights,
        rendering: `${plan.selection} ${rights} ${valuesOf(plan.inSelection)}`,
        viewer,
        feed: feed as SharedOperation<object, SharedPayload>["feed"],
        createContext: () => parts.context(viewer, { transport: "websocket", ipAddress: null, signal: never }),
        async render(root, context) {
          const { data, errors } = await plan.compiled.execute({ variables, context, root });
          const shown = errors.length > 0 ? `"errors":${engine.serializeErrors(errors)},` : "";
          return sharedPayload(`{${shown}"data":${data}}`);
        },
        join: joinPayloads,
      },
      beginning,
      isSlow: feed.conditions.length === 0 || feed.narrow !== undefined,
      seen:
        beginning.after === null ? { position: tailer.position(), index: wholeBatch } : decodeCursor(beginning.after),
    };
  }

  return { fanOut, share };
}

/** Null when something is wrong with the arguments: running it alone reports what. */
function openFollowed({ schema }: Engine, { field, open }: Plan, variables: Record<string, unknown>): Followed | null {
  try {
    const definition = schema.getSubscriptionType()!.getFields()[field.name.value]!;
    const followed = open(getArgumentValues(definition, field, variables));
    if (followed.beginning.after !== null) decodeCursor(followed.beginning.after);
    return followed;
  } catch {
    return null;
  }
}

/** Names of the variables that are used otherwise than as the field's `after`. */
function variablesOf(document: DocumentNode, operation: OperationDefinitionNode, field: FieldNode): string[] {
  const decisive = field.arguments?.filter(({ name }) => name.value !== "after") ?? [];
  return variablesIn(operation, [
    ...decisive,
    ...(field.selectionSet ? [field.selectionSet] : []),
    ...fragmentsOf(document),
  ]);
}

/** What the operation selects, without the arguments of its field: those decide which items, not how they are delivered. */
function selectionOf(document: DocumentNode, operation: OperationDefinitionNode, field: FieldNode) {
  const nodes = [...(field.selectionSet ? [field.selectionSet] : []), ...fragmentsOf(document)];
  const variables = variablesIn(operation, nodes);
  const defaults =
    operation.variableDefinitions?.filter(({ variable }) => variables.includes(variable.name.value)) ?? [];
  const text = [`${field.alias?.value ?? ""}:${field.name.value}`, ...[...defaults, ...nodes].map(print)].join("\n");
  return { name: nameOf(text), variables };
}

/** Of a fixed length: many are kept at once. */
function nameOf(text: string): string {
  return hash("sha256", text, "base64url");
}

function fragmentsOf(document: DocumentNode) {
  return document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
}

function variablesIn(operation: OperationDefinitionNode, nodes: readonly ASTNode[]): string[] {
  const names = new Set<string>();
  for (const node of nodes) visit(node, { Variable: ({ name }) => void names.add(name.value) });
  const own = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value));
  return [...names].filter((name) => own.has(name)).sort();
}
