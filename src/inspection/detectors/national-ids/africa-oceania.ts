import * as auTfn from "stdnum/lib/cjs/au/tfn.js";
import * as nzIrd from "stdnum/lib/cjs/nz/ird.js";
import * as zaIdnr from "stdnum/lib/cjs/za/idnr.js";
import type { Detector } from "../../detector.ts";
import { officialNumber } from "../official-number.ts";

export const africaOceania: readonly Detector[] = [
  officialNumber({
    slug: "australia-tfn",
    name: "Australian tax file number",
    category: "NATIONAL_ID",
    countries: ["AU"],
    pattern: String.raw`\b\d{3} ?\d{3} ?\d{3}\b`,
    number: auTfn,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["tfn", "tax file number", "tax file"],
    examples: { match: ["TFN: 752214 468"], none: ["TFN: 752214 460", "Reference 752214 468"] },
  }),
  officialNumber({
    slug: "new-zealand-ird",
    name: "New Zealand tax number (IRD)",
    category: "NATIONAL_ID",
    countries: ["NZ"],
    pattern: String.raw`\b\d{2,3}[- ]?\d{3}[- ]?\d{3}\b`,
    number: nzIrd,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["ird", "ird number", "inland revenue", "ird no"],
    examples: { match: ["IRD number: 53-094 449"], none: ["IRD number: 53-094 440", "Reference 53-094 449"] },
  }),
  officialNumber({
    slug: "south-africa-identity-number",
    name: "South African identity number",
    category: "NATIONAL_ID",
    countries: ["ZA"],
    pattern: String.raw`\b\d{2}[01]\d[0-3]\d{5}[01]\d{2}\b`,
    number: zaIdnr,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["id number", "identity number", "rsa id", "id no", "identiteitsnommer", "south african id"],
    examples: { match: ["RSA ID: 9408098349125"], none: ["RSA ID: 9408098349120", "Reference 9408098349125"] },
  }),
];
