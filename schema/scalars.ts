import { GraphQLError } from "graphql";
import { readInstant } from "#src/platform/instant.ts";
import { isStorable } from "#src/query/paging.ts";
import { builder } from "./builder.ts";

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;
const postgresInstant = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?\+00$/;

function parseInstant(value: unknown): Date {
  const date = typeof value === "string" && rfc3339.test(value) ? readInstant(value) : null;
  if (!date || !isStorable(date)) {
    throw new GraphQLError("A DateTime is RFC 3339, with a zone: 2026-11-18T07:42:19Z.", {
      extensions: { code: "BAD_USER_INPUT" },
    });
  }
  return date;
}

builder.scalarType("DateTime", {
  description: "An instant in RFC 3339 format, in UTC with milliseconds: `2026-11-18T07:42:19.118Z`.",
  serialize: (value) => {
    // What PostgreSQL writes in a UTC session needs no parsing: 2026-11-18 07:42:19.118+00
    if (typeof value === "string" && postgresInstant.test(value)) {
      const fraction = value.length > 22 ? value.slice(19, -3).slice(0, 4).padEnd(4, "0") : ".000";
      return `${value.slice(0, 10)}T${value.slice(11, 19)}${fraction}Z`;
    }
    return (value instanceof Date ? value : new Date(value as string)).toISOString();
  },
  parseValue: parseInstant,
});

builder.scalarType("BigInt", {
  description: "A whole number that may not fit into 32 bits, up to 2^53, as a JSON number.",
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    throw new GraphQLError("A BigInt is a whole number up to 2^53.", { extensions: { code: "BAD_USER_INPUT" } });
  },
});

builder.scalarType("JSON", {
  description: "Any JSON value, returned as it was stored.",
  serialize: (value) => value,
  parseValue: (value) => value,
});
