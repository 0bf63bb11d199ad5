import type { InstanceRow } from "#src/instances/list.ts";
import { setAddedDomains } from "#src/instances/set-domains.ts";
import { keyFor } from "./attempt.ts";
import { builder } from "./builder.ts";
import { instanceKey } from "./ids.ts";
import { InstanceRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

const InstanceDomains = builder
  .objectRef<Pick<InstanceRow, "tenantDomains" | "addedDomains">>("InstanceDomains")
  .implement({
    description:
      "Domains of the organisation at an instance: people with other e-mail domains count as external. If none is known, files are shared as the app reports it.",
    fields: (t) => ({
      reported: t.exposeStringList("tenantDomains", { description: "Domains that the app states." }),
      added: t.exposeStringList("addedDomains", { description: "Further domains, set by an ADMIN." }),
    }),
  });

builder.objectField(InstanceRef, "domains", (t) =>
  t.field({
    type: InstanceDomains,
    description: "Domains of the organisation at this instance.",
    resolve: (instance) => instance,
  }),
);

const SetInstanceDomainsPayload = builder.objectRef<Payload<InstanceRow>>("SetInstanceDomainsPayload").implement({
  description: "Result of a change of the organisation's domains.",
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      nullable: true,
      description: "The instance. Null if `userErrors` is not empty.",
      resolve: ({ data }) => data,
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

builder.mutationField("setInstanceDomains", (t) =>
  t.field({
    type: SetInstanceDomainsPayload,
    description:
      "Replace the domains that count as the organisation's own beside those that the app states. Files that come later are judged by them at once, stored ones within minutes. Idempotent. Requires the role ADMIN.",
    args: {
      id: t.arg.id({ required: true, description: "Id of the instance." }),
      domains: t.arg.stringList({
        required: true,
        description: "The domains in full, such as `example.com`, at most 200. An empty list removes all.",
      }),
    },
    resolve: (_, { id, domains }, context) =>
      payload(async () => {
        const key = await keyFor(context, "instance.setDomains", "ADMIN", () => instanceKey(String(id), ["id"]));
        await setAddedDomains(context.core, context.viewer, key, domains);
        return (await context.load.instance.load(key))!;
      }),
  }),
);
