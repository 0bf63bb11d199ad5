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
  description: "A named set of IP networks, defined by an admin. It overrides the built-in data for its addresses.",
  id: { resolve: ({ id }) => id, description: "Global id: opaque, and unique across all types." },
  loadMany: (ids, context) => loadIpRanges(context.core.db, context.viewer, ids.map(parseNumber)),
  fields: (t) => ({
    name: t.exposeString("name", { description: "Name of the range." }),
    cidrs: t.exposeStringList("cidrs", {
      description: "Networks in CIDR notation, such as `203.0.113.0/24` and `2001:db8::/32`.",
    }),
    category: t.field({
      type: IpCategory,
      description: "Category of the addresses.",
      resolve: ({ category }) => category,
    }),
    tags: t.exposeStringList("tags", { description: "Tags of the addresses, in alphabetical order." }),
    country: t.exposeString("country", {
      nullable: true,
      description:
        "Country of the addresses as an ISO 3166-1 alpha-2 code. Null uses the country from the address database.",
    }),
    city: t.exposeString("city", {
      nullable: true,
      description: "City of the addresses. Null uses the city from the address database.",
    }),
    isp: t.exposeString("isp", {
      nullable: true,
      description: "Internet service provider of the addresses. Null uses the provider from the address database.",
    }),
  }),
});
const IpRangeConnection = connectionOf("IpRange", IpRangeRef);

builder.queryField("ipRanges", (t) =>
  t.field({
    type: IpRangeConnection,
    description: "Address ranges that admins defined, oldest first. Requires the role ANALYST.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
    },
    resolve: (_, args, context) =>
      rootConnection<IpRangeRow>(context, ipRangeList(context.core.db, context.viewer), args),
  }),
);

const IpRangePayload = builder.objectRef<Payload<IpRangeRow>>("IpRangePayload").implement({
  description: "Result of a change of an address range.",
  fields: (t) => ({
    ipRange: t.field({
      type: IpRangeRef,
      nullable: true,
      description: "The created, replaced or deleted range. Null if `userErrors` is not empty.",
      resolve: ({ data }) => data,
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const IpRangeInput = builder.inputType("IpRangeInput", {
  description: "The address range to create or replace. An existing range is replaced as a whole.",
  fields: (t) => ({
    id: t.id({ description: "Id of the range to replace. Default: a new range is created." }),
    name: t.string({ required: true, description: "Name of the range." }),
    cidrs: t.stringList({
      required: true,
      description:
        "Networks in CIDR notation and single addresses, IPv4 and IPv6. They may not overlap with one another or with another range.",
    }),
    category: t.field({ type: IpCategory, required: true, description: "Category of the addresses." }),
    tags: t.stringList({
      description: "Tags of the addresses, such as `vpn`, `anonymous-proxy` or `head-office`. Default: none.",
    }),
    country: t.string({
      description:
        "Country of the addresses as an ISO 3166-1 alpha-2 code. Default: the country from the address database.",
    }),
    city: t.string({ description: "City of the addresses. Default: the city from the address database." }),
    isp: t.string({
      description: "Internet service provider of the addresses. Default: the provider from the address database.",
    }),
  }),
});

builder.mutationFields((t) => ({
  setIpRange: t.field({
    type: IpRangePayload,
    description:
      "Create or replace an address range, for all instances. New activities are tagged at once, stored ones within minutes. Idempotent. Requires the role ADMIN for all instances.",
    args: {
      input: t.arg({ type: IpRangeInput, required: true, description: "The address range to create or replace." }),
    },
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
      "Delete an address range and return it as it was. The built-in data applies to its addresses again. Requires the role ADMIN for all instances.",
    args: { id: t.arg.id({ required: true, description: "Id of the address range." }) },
    resolve: (_, { id }, context) =>
      payload(async () => {
        const key = await keyFor(context, "ipRange.delete", "ADMIN", () => ipRangeKey(String(id), ["id"]));
        return deleteIpRange(context.core, context.viewer, key);
      }),
  }),
}));
