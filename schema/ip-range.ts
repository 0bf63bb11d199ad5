import { deleteIpRange, setIpRange } from "#src/inventory/ip-ranges/change.ts";
import { type IpRangeRow, ipRangeList, loadIpRanges } from "#src/inventory/ip-ranges/list.ts";
import { keyFor } from "./attempt.ts";
import { builder } from "./builder.ts";
import { connectionOf, pagingArgs, rootConnection } from "./connections.ts";
import { IpCategory } from "./enums.ts";
import { ipRangeKey, parseNumber } from "./ids.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

const IpRangeRef = builder.objectRef<IpRangeRow>("IpRange");

builder.node(IpRangeRef, {
  description: "Addresses that an admin named. What it says of them is all that counts: it replaces what is built in.",
  id: { resolve: ({ id }) => id, description: "Opaque id." },
  loadMany: (ids, context) => loadIpRanges(context.core.db, context.viewer, ids.map(parseNumber)),
  fields: (t) => ({
    name: t.exposeString("name", { description: "What it is." }),
    cidrs: t.exposeStringList("cidrs", { description: "Its networks: `203.0.113.0/24`, `2001:db8::/32`." }),
    category: t.field({
      type: IpCategory,
      description: "What its addresses are.",
      resolve: ({ category }) => category,
    }),
    tags: t.exposeStringList("tags", { description: "Its tags, in alphabetical order." }),
    country: t.exposeString("country", {
      nullable: true,
      description: "Where it is, ISO 3166-1 alpha-2; null: where its addresses are found.",
    }),
    city: t.exposeString("city", { nullable: true, description: "In which city; null: as found." }),
    isp: t.exposeString("isp", { nullable: true, description: "Whose network it is; null: as found." }),
  }),
});
const IpRangeConnection = connectionOf("IpRange", IpRangeRef);

builder.queryField("ipRanges", (t) =>
  t.field({
    type: IpRangeConnection,
    description: "Address ranges that were named, oldest first. ANALYST.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
    },
    resolve: (_, args, context) =>
      rootConnection<IpRangeRow>(context, ipRangeList(context.core.db, context.viewer), args),
  }),
);

const IpRangePayload = builder.objectRef<Payload<IpRangeRow>>("IpRangePayload").implement({
  description: "The changed range.",
  fields: (t) => ({
    ipRange: t.field({ type: IpRangeRef, nullable: true, description: "The range.", resolve: ({ data }) => data }),
    userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
  }),
});

const IpRangeInput = builder.inputType("IpRangeInput", {
  description: "An address range, whole: what is left out is not said.",
  fields: (t) => ({
    id: t.id({ description: "The range to say anew; left out: a new one." }),
    name: t.string({ required: true, description: "What it is." }),
    cidrs: t.stringList({
      required: true,
      description: "Its networks and single addresses, IPv4 and IPv6. None may overlap with another.",
    }),
    category: t.field({ type: IpCategory, required: true, description: "What its addresses are." }),
    tags: t.stringList({ description: "Tags of its addresses: `vpn`, `anonymous-proxy`, `head-office`." }),
    country: t.string({ description: "Where it is, ISO 3166-1 alpha-2." }),
    city: t.string({ description: "In which city." }),
    isp: t.string({ description: "Whose network it is." }),
  }),
});

builder.mutationFields((t) => ({
  setIpRange: t.field({
    type: IpRangePayload,
    description:
      "Names an address range, or says one anew. New activities are tagged by it at once, stored ones within minutes. Repeating it changes nothing. It holds for all instances. ADMIN.",
    args: { input: t.arg({ type: IpRangeInput, required: true, description: "The range." }) },
    resolve: (_, { input: { id, ...input } }, context) =>
      payload(async () => {
        const key =
          id == null
            ? null
            : await keyFor(context, "ipRange.set", "ADMIN", () => ipRangeKey(String(id), ["input", "id"]));
        return setIpRange(context.core, context.viewer, key, input);
      }),
  }),
  deleteIpRange: t.field({
    type: IpRangePayload,
    description:
      "Takes an address range back; the answer is what it was. What is known of its addresses otherwise holds again, for all instances. ADMIN.",
    args: { id: t.arg.id({ required: true, description: "Its id." }) },
    resolve: (_, { id }, context) =>
      payload(async () => {
        const key = await keyFor(context, "ipRange.delete", "ADMIN", () => ipRangeKey(String(id), ["id"]));
        return deleteIpRange(context.core, context.viewer, key);
      }),
  }),
}));
