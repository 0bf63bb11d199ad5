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
  description: "Who asks.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Name of the token or person." }),
    role: t.expose("role", { type: Role, description: "What it may do." }),
    instances: t.field({
      type: [InstanceRef],
      nullable: true,
      description: "The instances it is limited to; null: all.",
      resolve: async ({ instanceIds }, _, context) =>
        instanceIds === null
          ? null
          : (await loadAll(context.load.instance, [...instanceIds])).filter((one) => one !== null),
    }),
  }),
});

const ApiTokenRef = builder.objectRef<ApiToken>("ApiToken");
builder.node(ApiTokenRef, {
  description: "A token for programs. Its secret is shown once.",
  id: { resolve: ({ id }) => id, description: "Opaque id." },
  loadMany: async (ids, context) => {
    const found =
      context.viewer.role === "ADMIN" ? await listApiTokens(context.core.db, context.viewer, ids.map(parseNumber)) : [];
    return ids.map((id) => found.find((token) => token.id === Number(id)) ?? null);
  },
  fields: (t) => ({
    name: t.exposeString("name", { description: "What it is for." }),
    role: t.expose("role", { type: Role, description: "What it may do." }),
    instances: t.field({
      type: [InstanceRef],
      nullable: true,
      description: "The instances it is limited to; null: all.",
      resolve: async ({ instanceIds }, _, context) =>
        instanceIds === null ? null : (await loadAll(context.load.instance, instanceIds)).filter((one) => one !== null),
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was made." }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      nullable: true,
      description: "When it ends by itself; null: never.",
    }),
    lastUsedAt: t.expose("lastUsedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was last used, to the minute.",
    }),
    revokedAt: t.expose("revokedAt", { type: "DateTime", nullable: true, description: "When it was revoked." }),
  }),
});

const AuditEntryRef = builder.objectRef<AuditEntry>("AuditEntry");
builder.node(AuditEntryRef, {
  description: "Who did what in Gatehouse, from where, with what result.",
  id: { resolve: ({ id }) => id, description: "Opaque id." },
  loadMany: (ids, context) => loadAudit(context.core.db, context.viewer, ids.map(parseNumber)),
  fields: (t) => ({
    at: t.expose("at", { type: "DateTime", description: "When." }),
    actor: t.exposeString("actor", { description: "Who: name and token or session." }),
    action: t.exposeString("action", { description: "Noun and verb: `instance.connect`." }),
    target: t.exposeString("target", { nullable: true, description: "To what: `instance/12`." }),
    before: t.field({
      type: "JSON",
      nullable: true,
      description: "State before, without secrets.",
      resolve: ({ before }) => before,
    }),
    after: t.field({
      type: "JSON",
      nullable: true,
      description: "What was asked for or became of it, without secrets.",
      resolve: ({ after }) => after,
    }),
    result: t.exposeString("result", { description: "`ok`, or the code of the error." }),
    ipAddress: t.exposeString("ipAddress", { nullable: true, description: "From where." }),
  }),
});
const AuditEntryConnection = connectionOf("AuditEntry", AuditEntryRef);

const AuditFilter = builder.inputType("AuditFilter", {
  description: "Which audit entries: all conditions must hold.",
  fields: (t) => ({
    actors: t.stringList({ description: "By one of these names or ids." }),
    actions: t.stringList({ description: "One of these actions." }),
    from: t.field({ type: "DateTime", description: "At or after." }),
    to: t.field({ type: "DateTime", description: "Before." }),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({ type: ViewerRef, description: "Who asks.", resolve: (_, __, context) => context.viewer }),
  apiTokens: t.field({
    type: [ApiTokenRef],
    description: "Tokens for programs, newest first. ADMIN.",
    resolve: (_, __, context) => listApiTokens(context.core.db, context.viewer),
  }),
  auditLog: t.field({
    type: AuditEntryConnection,
    description: "What was done in Gatehouse, newest first. ADMIN of all instances.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      filter: t.arg({ type: AuditFilter, description: "Which entries." }),
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
    description: "The new token, with its secret: shown now and never again.",
    fields: (t) => ({
      apiToken: t.field({
        type: ApiTokenRef,
        nullable: true,
        description: "The token.",
        resolve: ({ data }) => data?.token ?? null,
      }),
      secret: t.string({
        nullable: true,
        description: "What programs send as `Authorization: Bearer`.",
        resolve: ({ data }) => data?.secret ?? null,
      }),
      userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
    }),
  });

const ApiTokenPayload = builder.objectRef<Payload<ApiToken>>("ApiTokenPayload").implement({
  description: "The changed token.",
  fields: (t) => ({
    apiToken: t.field({ type: ApiTokenRef, nullable: true, description: "The token.", resolve: ({ data }) => data }),
    userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
  }),
});

builder.mutationFields((t) => ({
  createApiToken: t.field({
    type: CreateApiTokenPayload,
    description: "Makes a token for programs. The secret is in the answer and never shown again. ADMIN.",
    args: {
      name: t.arg.string({ required: true, description: "What it is for." }),
      role: t.arg({ type: Role, required: true, description: "What it may do." }),
      instanceIds: t.arg.idList({ description: "Limit it to these instances." }),
      expiresAt: t.arg({ type: "DateTime", description: "When it ends by itself." }),
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
      "Ends a token for good; open streams of it are closed within seconds. Repeating it changes nothing. ADMIN.",
    args: { id: t.arg.id({ required: true, description: "Its id." }) },
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
