import { linkIdentity, unlinkIdentity } from "#src/inventory/identities/link.ts";
import type { IdentityRow } from "#src/inventory/identities/list.ts";
import { keyFor } from "./attempt.ts";
import { builder } from "./builder.ts";
import { accountKeys, identityKey } from "./ids.ts";
import { IdentityRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

const IdentityPayload = builder.objectRef<Payload<IdentityRow | null>>("IdentityPayload").implement({
  description: "The person an account was given to, or taken from.",
  fields: (t) => ({
    identity: t.field({
      type: IdentityRef,
      nullable: true,
      description: "The person; null when there is nothing to see of them.",
      resolve: ({ data }) => data,
    }),
    userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
  }),
});

const userKey = (id: string | number) => accountKeys("User", [String(id)], ["userId"])![0]!;

builder.mutationFields((t) => ({
  linkIdentity: t.field({
    type: IdentityPayload,
    description: "Says who is behind an account. Scans do not change it again. Repeating it changes nothing. ADMIN.",
    args: {
      identityId: t.arg.id({ required: true, description: "The person." }),
      userId: t.arg.id({ required: true, description: "The account." }),
    },
    resolve: (_, { identityId, userId }, context) =>
      payload(async () => {
        const [identity, user] = await keyFor(
          context,
          "identity.link",
          "ADMIN",
          () => [identityKey(String(identityId), ["identityId"]), userKey(userId)] as const,
        );
        return linkIdentity(context.core, context.viewer, identity, user);
      }),
  }),
  unlinkIdentity: t.field({
    type: IdentityPayload,
    description:
      "Takes an account from the person it was joined to. Scans do not join it again. Repeating it changes nothing. ADMIN.",
    args: { userId: t.arg.id({ required: true, description: "The account." }) },
    resolve: (_, { userId }, context) =>
      payload(async () => {
        const user = await keyFor(context, "identity.unlink", "ADMIN", () => userKey(userId));
        return unlinkIdentity(context.core, context.viewer, user);
      }),
  }),
}));
