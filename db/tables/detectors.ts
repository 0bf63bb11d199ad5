import { integer, json, pgTable, text, timestamp } from "drizzle-orm/pg-core";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** What an admin set, by kind; see src/inspection/custom.ts. Of exact data only keyed hashes. */
export type DetectorDefinition =
  | { kind: "EXPRESSION"; expression: string; exclude: string | null; ignoreCase: boolean }
  | { kind: "KEYWORDS"; keywords: string[]; wholeWords: boolean }
  | { kind: "EXACT_DATA"; hashes: string[]; lengths: number[] };

/** Detectors of sensitive content that admins defined. Built-in ones are code. */
export const detectors = pgTable("detectors", {
  slug: text().primaryKey(),
  name: text().notNull(),
  description: text().notNull(),
  definition: json().$type<DetectorDefinition>().notNull(),
  /** EXACT_DATA: the key of the hashes, sealed. */
  sealedKey: text("sealed_key"),
  confidence: text().$type<"LOW" | "MEDIUM" | "HIGH">().notNull(),
  contextWords: text("context_words").array().notNull(),
  minCount: integer("min_count").notNull(),
  /** Texts in which it finds something, and texts in which it does not. Empty for exact data: they would be clear text. */
  matchExamples: text("match_examples").array().notNull(),
  noneExamples: text("none_examples").array().notNull(),
  /** Goes up with every change: files that were inspected with an older one are inspected again on request. */
  revision: integer().notNull().default(1),
  createdAt: at("created_at").notNull().defaultNow(),
  updatedAt: at("updated_at").notNull().defaultNow(),
});
export type StoredDetector = typeof detectors.$inferSelect;
