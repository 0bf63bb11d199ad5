import type { Context } from "#src/connector-kit/contract/context.ts";
import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction, StreamParts } from "#src/connector-kit/contract/streams.ts";
import { type Stage, stages } from "#src/connector-kit/listing.ts";
import { type Json, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { kindOf } from "../../_microsoft/directory-objects.ts";
import { pathOf, readAll } from "../../_microsoft/graph.ts";
import { armOf, armUrl, managementGroupScope, managementGroupsOf, subscriptionsOf } from "../arm.ts";
import { readResourceId } from "../resource-id.ts";
import {
  type Assignment,
  assignmentPages,
  assignmentsUrl,
  isWide,
  principalsOf,
  Roles,
  toAssignment,
} from "../roles.ts";

/** The part of what is given above subscriptions: on management groups and on the tenant. */
const above = "management-groups";

/** One for each subscription, so that one that is refused holds up no other; and one for what is given above them. */
export const privilegeParts: StreamParts = async (context) => [
  ...(await subscriptionsOf(context)).map(({ id, name }) => ({ name: id, label: name })),
  { name: above, label: "Management groups and tenant" },
];

/**
 * Who holds which Azure role on what, people in groups included; service principals hold roles themselves. A privilege is a role on a scope.
 * It makes an administrator if it can do everything or give roles, on a whole subscription or more. What is given to a principal that
 * was deleted is left out. Privileges that a person would have to activate first are not listed.
 * Source: https://learn.microsoft.com/en-us/rest/api/authorization/role-assignments/list-for-scope
 */
export const privileges: StreamFunction<"PRIVILEGES"> = async function* (context, cursor) {
  const reading = new Reading(context);
  if (context.part !== above) {
    const scope = `/subscriptions/${context.part}`;
    const name = await subscriptionName(context, scope);
    yield* stages(context, cursor, [
      reading.stage(`the subscription ${name}`, assignmentsUrl(context, scope), isBelowSubscription, { [scope]: name }),
    ]);
    return;
  }
  // What is given above is seen from below as well, where a management group itself may not be.
  const subscriptions = await subscriptionsOf(context);
  const groups = await managementGroupsOf(context);
  const names = Object.fromEntries(groups.map(({ name, displayName }) => [managementGroupScope(name), displayName]));
  const scopes = [...Object.keys(names), ...subscriptions.map(({ id }) => `/subscriptions/${id}`)];
  let refused = 0;
  /** One that refuses hides nothing that the others do not show, unless all do. */
  const skipWhen = (error: unknown) => {
    if (!(error instanceof ProviderScopeError)) return false;
    refused += 1;
    return refused < scopes.length;
  };
  yield* stages(
    context,
    cursor,
    scopes.map((scope) => ({
      ...reading.stage(scope, assignmentsUrl(context, scope, "atScope()"), (one) => !isBelowSubscription(one), names),
      skipWhen,
    })),
  );
};

const isBelowSubscription = ({ scope }: Assignment): boolean => /^\/subscriptions\//i.test(scope);

async function subscriptionName(context: Context, scope: string): Promise<string> {
  const { body } = await armOf(context).http.get(armUrl(context.settings, scope, "2022-12-01"));
  return textOf(needObject(body, "subscription").displayName) ?? scope.slice("/subscriptions/".length);
}

/** One run: roles and members of groups are asked for once. */
class Reading {
  readonly #context: StreamContext;
  readonly #roles: Roles;
  readonly #members = new Map<string, Promise<string[]>>();

  constructor(context: StreamContext) {
    this.#context = context;
    this.#roles = new Roles(context);
  }

  stage(
    name: string,
    first: string,
    isWanted: (assignment: Assignment) => boolean,
    names: Readonly<Record<string, string>>,
  ): Stage<PrivilegeItem> {
    let principals: ReadonlyMap<string, Json> = new Map();
    return {
      name,
      first,
      page: async (context, start, at) => {
        const page = await assignmentPages(context, start, at);
        principals = await principalsOf(context, page.records);
        return page;
      },
      items: async (one, path) => {
        const assignment = toAssignment(one, path);
        if (!isWanted(assignment)) return [];
        return await this.#items(assignment, principals.get(assignment.principalId), names);
      },
    };
  }

  async #items(
    assignment: Assignment,
    principal: Json | undefined,
    names: Readonly<Record<string, string>>,
  ): Promise<PrivilegeItem[]> {
    if (principal === undefined) return [];
    const { scope, principalId } = assignment;
    const role = await this.#roles.get(assignment);
    const externalId = `${scope.toLowerCase()}|${role.guid.toLowerCase()}`;
    const holders = kindOf(principal) === "group" ? await this.#membersOf(principalId) : [principalId];
    return [
      {
        kind: "privilege",
        externalId,
        name: `${role.name} on ${scopeInWords(scope, names)}`,
        isAdmin: role.isPrivileged && isWide(scope),
      },
      ...holders.map((userId): PrivilegeItem => ({ kind: "holder", privilegeId: externalId, userId })),
    ];
  }

  /** People in a group and in the groups within it. */
  #membersOf(group: string): Promise<string[]> {
    const known = this.#members.get(group) ?? this.#readMembers(group);
    this.#members.set(group, known);
    return known;
  }

  async #readMembers(group: string): Promise<string[]> {
    const first = pathOf`/groups/${group}/transitiveMembers?$select=id,userPrincipalName&$top=999`;
    const members = await readAll(this.#context, first, "members of a group");
    return members.flatMap((one, index) => (kindOf(one) === "user" ? needText(one.id, `value[${index}].id`) : []));
  }
}

function scopeInWords(scope: string, names: Readonly<Record<string, string>>): string {
  if (scope === "/") return "the whole tenant";
  const name = names[scope];
  const resource = readResourceId(scope);
  if (resource === null) return scope;
  return `${resource.noun} ${name ?? resource.name}`;
}
