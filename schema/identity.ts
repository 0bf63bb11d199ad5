import { linkIdentity, unlinkIdentity } from "#src/inventory/identities/link.ts";
import type { IdentityRow } from "#src/inventory/identities/list.ts";
import { keyFor } from "./attempt.ts";
import { builder } from "./builder.ts";
import { accountKeys, identityKey } from "./ids.ts";
import { IdentityRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

const IdentityPayload = builder.objectRef<Payload<IdentityRow | null>>("IdentityPayload").implement({
  description: "Result of linking an account to a person or unlinking it.",
  fields: (t) => ({
    identity: t.field({
      type: IdentityRef,
      nullable: true,
      description: "The person. Null if `userErrors` is not empty, or if you may see no account of the person.",
      resolve: ({ data }) => data,
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const userKey = (id: string | number) => accountKeys("User", [String(id)], ["userId"])![0]!;

builder.mutationFields((t) => ({
  linkIdentity: t.field({
    type: IdentityPayload,
    description:
      "Link an account to a person. Scans do not change the link again. Idempotent. Requires the role ADMIN.",
    args: {
      identityId: t.arg.id({ required: true, description: "Id of the person." }),
      userId: t.arg.id({ required: true, description: "Id of the account." }),
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
    description: "Unlink an account from its person. Scans do not link it again. Idempotent. Requires the role ADMIN.",
    args: { userId: t.arg.id({ required: true, description: "Id of the account." }) },
    resolve: (_, { userId }, context) =>
      payload(async () => {
        const user = await keyFor(context, "identity.unlink", "ADMIN", () => userKey(userId));
        return unlinkIdentity(context.core, context.viewer, user);
      }),
  }),
}));
