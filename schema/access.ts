import type { Db } from "#db/client.ts";
import { type AuditEntry, countAudit, listAudit, loadAudit, recordAudit } from "#src/access/audit.ts";
import { type ApiToken, createApiToken, listApiTokens, revokeApiToken } from "#src/access/tokens.ts";
import { requireRole, type Viewer } from "#src/access/viewer.ts";
import { audited } from "#src/instances/audited.ts";
import { encodeKeyset, windowOf } from "#src/query/paging.ts";
import { builder } from "./builder.ts";
import { connectionOf, pagingArgs } from "./connections.ts";
import { Role } from "./enums.ts";
import { apiTokenKey, instanceKeys, parseNumber } from "./ids.ts";
import { loadAll } from "./load.ts";
import { InstanceRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

const ViewerRef = builder.objectRef<Viewer>("Viewer").implement({
  description: "The person or token that makes the request.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Name of the person or token." }),
    role: t.expose("role", { type: Role, description: "Role of the person or token." }),
    instances: t.field({
      type: [InstanceRef],
      nullable: true,
      description: "The instances to which access is limited. Null if it is not limited.",
      resolve: async ({ instanceIds }, _, context) =>
        instanceIds === null
          ? null
          : (await loadAll(context.load.instance, [...instanceIds])).filter((one) => one !== null),
    }),
  }),
});

const ApiTokenRef = builder.objectRef<ApiToken>("ApiToken");
builder.node(ApiTokenRef, {
  description: "A token with which programs use this API. Its secret is shown only once.",
  id: { resolve: ({ id }) => id, description: "Global id: opaque, and unique across all types." },
  loadMany: async (ids, context) => {
    const found =
      context.viewer.role === "ADMIN" ? await listApiTokens(context.core.db, context.viewer, ids.map(parseNumber)) : [];
    return ids.map((id) => found.find((token) => token.id === Number(id)) ?? null);
  },
  fields: (t) => ({
    name: t.exposeString("name", { description: "Name that states the purpose of the token." }),
    role: t.expose("role", { type: Role, description: "Role that the token grants." }),
    instances: t.field({
      type: [InstanceRef],
      nullable: true,
      description: "The instances to which the token is limited. Null if it is not limited.",
      resolve: async ({ instanceIds }, _, context) =>
        instanceIds === null ? null : (await loadAll(context.load.instance, instanceIds)).filter((one) => one !== null),
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When the token was created." }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      nullable: true,
      description: "When the token expires. Null if it does not expire.",
    }),
    lastUsedAt: t.expose("lastUsedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the token was last used, accurate to the minute. Null if it was never used.",
    }),
    revokedAt: t.expose("revokedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the token was revoked. Null if it was not revoked.",
    }),
  }),
});

const AuditEntryRef = builder.objectRef<AuditEntry>("AuditEntry");
builder.node(AuditEntryRef, {
  description: "One recorded operation in Gatehouse: who did what, from which address, with what result.",
  id: { resolve: ({ id }) => id, description: "Global id: opaque, and unique across all types." },
  loadMany: (ids, context) => loadAudit(context.core.db, context.viewer, ids.map(parseNumber)),
  fields: (t) => ({
    at: t.expose("at", { type: "DateTime", description: "When the operation happened." }),
    actor: t.exposeString("actor", { description: "The name of the actor with the token or session that was used." }),
    action: t.exposeString("action", { description: "Operation as noun and verb, such as `instance.connect`." }),
    target: t.exposeString("target", {
      nullable: true,
      description: "Object of the operation, such as `instance/12`. Null if there is none.",
    }),
    before: t.field({
      type: "JSON",
      nullable: true,
      description: "State before the operation, without secrets. Null if none was recorded.",
      resolve: ({ before }) => before,
    }),
    after: t.field({
      type: "JSON",
      nullable: true,
      description: "Requested or resulting state, without secrets. Null if none was recorded.",
      resolve: ({ after }) => after,
    }),
    result: t.exposeString("result", {
      description:
        "The value `ok`, or the code of the error. `started`: an app is about to be called, and the result follows as an entry of its own.",
    }),
    ipAddress: t.exposeString("ipAddress", {
      nullable: true,
      description: "IP address from which the operation was requested. Null if there is none, as for background jobs.",
    }),
  }),
});
const AuditEntryConnection = connectionOf("AuditEntry", AuditEntryRef);

const AuditFilter = builder.inputType("AuditFilter", {
  description: "Selects audit entries. All conditions must hold. A condition that is absent or null is not applied.",
  fields: (t) => ({
    actors: t.stringList({ description: "Return only entries of actors with one of these names or ids." }),
    actions: t.stringList({ description: "Return only entries with one of these actions." }),
    from: t.field({ type: "DateTime", description: "Return only entries at or after this instant." }),
    to: t.field({ type: "DateTime", description: "Return only entries before this instant." }),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({
    type: ViewerRef,
    description: "The person or token that makes the request.",
    resolve: (_, __, context) => context.viewer,
  }),
  apiTokens: t.field({
    type: [ApiTokenRef],
    description: "Tokens for programs, newest first. Requires the role ADMIN.",
    resolve: (_, __, context) => listApiTokens(context.core.db, context.viewer),
  }),
  auditLog: t.field({
    type: AuditEntryConnection,
    description: "Operations in Gatehouse, newest first. Requires the role ADMIN for all instances.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      filter: t.arg({ type: AuditFilter, description: "Filter of the entries to return. Default: all." }),
    },
    resolve: async (_, { first, after, filter }, context) => {
      const window = windowOf({ first, after }, ["number"]);
      const from = window.from?.[0] as number | undefined;
      const { entries, hasNextPage } = await listAudit(context.core.db, context.viewer, {
        first: window.limit,
        after: from ?? null,
        filter: filter ?? null,
      });
      const edges = entries.map((node) => ({ node, cursor: encodeKeyset([node.id]) }));
      return {
        edges,
        pageInfo: {
          hasNextPage,
          hasPreviousPage: from !== undefined,
          startCursor: edges[0]?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
        },
        count: () => countAudit(context.core.db, context.viewer, filter ?? null),
      };
    },
  }),
}));

const CreateApiTokenPayload = builder
  .objectRef<Payload<{ token: ApiToken; secret: string }>>("CreateApiTokenPayload")
  .implement({
    description: "Result of the creation of a token.",
    fields: (t) => ({
      apiToken: t.field({
        type: ApiTokenRef,
        nullable: true,
        description: "The new token. Null if `userErrors` is not empty.",
        resolve: ({ data }) => data?.token ?? null,
      }),
      secret: t.string({
        nullable: true,
        description:
          "Secret that programs send as `Authorization: Bearer`. It cannot be retrieved again. Null if `userErrors` is not empty.",
        resolve: ({ data }) => data?.secret ?? null,
      }),
      userErrors: t.field({
        type: [UserError],
        description: "Errors that the caller can correct. Empty after success.",
        resolve: ({ userErrors }) => userErrors,
      }),
    }),
  });

const ApiTokenPayload = builder.objectRef<Payload<ApiToken>>("ApiTokenPayload").implement({
  description: "Result of a change of a token.",
  fields: (t) => ({
    apiToken: t.field({
      type: ApiTokenRef,
      nullable: true,
      description: "The changed token. Null if `userErrors` is not empty.",
      resolve: ({ data }) => data,
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

builder.mutationFields((t) => ({
  createApiToken: t.field({
    type: CreateApiTokenPayload,
    description:
      "Create a token for programs. The payload holds its secret, which cannot be retrieved again. Requires the role ADMIN.",
    args: {
      name: t.arg.string({ required: true, description: "Name that states the purpose of the token." }),
      role: t.arg({ type: Role, required: true, description: "Role that the token grants." }),
      instanceIds: t.arg.idList({
        description:
          "Ids of the instances to which the token is limited. Default: no limit, which requires that you may see all instances.",
      }),
      expiresAt: t.arg({ type: "DateTime", description: "When the token expires. Default: never." }),
    },
    resolve: (_, { name, role, instanceIds, expiresAt }, { core, viewer }) =>
      payload(() =>
        audited(core, viewer, { action: "apiToken.create" }, async () => {
          requireRole(viewer, "ADMIN");
          const ids = instanceKeys(instanceIds?.map(String), ["instanceIds"]);
          return core.db.transaction(async (transaction) => {
            const tx = transaction as unknown as Db;
            const made = await createApiToken(
              tx,
              viewer,
              { name, role, instanceIds: ids, expiresAt: expiresAt ?? null },
              core.now(),
            );
            await recordAudit(tx, viewer, {
              action: "apiToken.create",
              target: `apiToken/${made.token.id}`,
              after: { name, role, instanceIds: ids, expiresAt },
              result: "ok",
            });
            return made;
          });
        }),
      ),
  }),
  revokeApiToken: t.field({
    type: ApiTokenPayload,
    description:
      "Revoke a token permanently. Its open streams are closed within seconds. Idempotent. Requires the role ADMIN.",
    args: { id: t.arg.id({ required: true, description: "Id of the token." }) },
    resolve: (_, { id }, { core, viewer }) =>
      payload(() =>
        audited(core, viewer, { action: "apiToken.revoke" }, async () => {
          requireRole(viewer, "ADMIN");
          const key = apiTokenKey(String(id), ["id"]);
          return core.db.transaction(async (transaction) => {
            const tx = transaction as unknown as Db;
            const token = await revokeApiToken(tx, viewer, key, core.now());
            await recordAudit(tx, viewer, { action: "apiToken.revoke", target: `apiToken/${key}`, result: "ok" });
            return token;
          });
        }),
      ),
  }),
}));
