import * as dkCpr from "stdnum/lib/cjs/dk/cpr.js";
import * as eeIk from "stdnum/lib/cjs/ee/ik.js";
import * as fiHetu from "stdnum/lib/cjs/fi/hetu.js";
import * as isKennitala from "stdnum/lib/cjs/is/kennitala.js";
import * as ltAsmens from "stdnum/lib/cjs/lt/asmens.js";
import * as lvPvn from "stdnum/lib/cjs/lv/pvn.js";
import * as noFodselsnummer from "stdnum/lib/cjs/no/fodselsnummer.js";
import * as sePersonnummer from "stdnum/lib/cjs/se/personnummer.js";
import type { Detector } from "../../detector.ts";
import { officialNumber } from "../official-number.ts";

export const northernEurope: readonly Detector[] = [
  officialNumber({
    slug: "denmark-cpr",
    name: "Danish personal number (CPR)",
    category: "NATIONAL_ID",
    countries: ["DK"],
    pattern: String.raw`\b[0-3]\d[01]\d{3}-?\d{4}\b`,
    number: dkCpr,
    confidence: { alone: null, withContext: "MEDIUM" },
    words: ["cpr", "cpr-nummer", "cpr-nr", "personnummer", "cpr nummer"],
    examples: { match: ["CPR-nummer: 210884-3461"], none: ["CPR-nummer: 341326-8829", "Reference 210884-3461"] },
  }),
  officialNumber({
    slug: "estonia-isikukood",
    name: "Estonian personal code",
    category: "NATIONAL_ID",
    countries: ["EE"],
    pattern: String.raw`\b[1-8]\d{2}(?:0[1-9]|1[0-2])[0-3]\d{5}\b`,
    number: eeIk,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["isikukood", "personal code", "ik"],
    examples: { match: ["Isikukood: 36810291692"], none: ["Isikukood: 36810291690", "Reference 36810291692"] },
  }),
  officialNumber({
    slug: "finland-hetu",
    name: "Finnish personal identity code",
    category: "NATIONAL_ID",
    countries: ["FI"],
    pattern: String.raw`\b[0-3]\d[01]\d{3}[-+ABCDEFYXWVU]\d{3}[0-9A-Y]\b`,
    number: fiHetu,
    confidence: { alone: "MEDIUM", withContext: "HIGH" },
    words: ["henkilötunnus", "hetu", "personbeteckning", "sotu"],
    examples: { match: ["Henkilötunnus: 241254V0058"], none: ["Henkilötunnus: 241254V0050"] },
  }),
  officialNumber({
    slug: "iceland-kennitala",
    name: "Icelandic identity number",
    category: "NATIONAL_ID",
    countries: ["IS"],
    pattern: String.raw`\b[0-3]\d[01]\d{3}-?\d{4}\b`,
    number: isKennitala,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["kennitala", "kt", "kt."],
    examples: { match: ["Kennitala: 1807959600"], none: ["Kennitala: 001589-3247", "Reference 1807959600"] },
  }),
  officialNumber({
    slug: "lithuania-asmens-kodas",
    name: "Lithuanian personal code",
    category: "NATIONAL_ID",
    countries: ["LT"],
    pattern: String.raw`\b[1-6]\d{2}(?:0[1-9]|1[0-2])[0-3]\d{5}\b`,
    number: ltAsmens,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["asmens kodas", "a.k.", "personal code"],
    examples: { match: ["Asmens kodas: 28911129374"], none: ["Asmens kodas: 28911129370", "Reference 28911129374"] },
  }),
  officialNumber({
    slug: "latvia-personal-code",
    name: "Latvian personal code",
    category: "NATIONAL_ID",
    countries: ["LV"],
    pattern: String.raw`\b[0-3]\d[01]\d{3}-?[012]\d{4}\b`,
    number: lvPvn,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["personas kods", "p.k.", "personal code"],
    examples: {
      match: ["Personas kods: 111202-06411"],
      none: ["Personas kods: 111202-06410", "Reference 111202-06411"],
    },
  }),
  officialNumber({
    slug: "norway-fodselsnummer",
    name: "Norwegian national identity number",
    category: "NATIONAL_ID",
    countries: ["NO"],
    pattern: String.raw`\b[0-7]\d[0-5]\d{3} ?\d{5}\b`,
    number: noFodselsnummer,
    confidence: { alone: "LOW", withContext: "HIGH" },
    words: ["fødselsnummer", "fodselsnummer", "personnummer", "fnr", "fødselsnr", "d-nummer"],
    examples: { match: ["Fødselsnummer: 610511 66921"], none: ["Fødselsnummer: 610511 66920"] },
  }),
  officialNumber({
    slug: "sweden-personnummer",
    name: "Swedish personal number",
    category: "NATIONAL_ID",
    countries: ["SE"],
    pattern: String.raw`\b(?:19|20)?\d{2}[01]\d[0-9]\d[-+]?\d{4}\b`,
    number: sePersonnummer,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["personnummer", "person nr", "pnr", "personal identity number", "samordningsnummer"],
    examples: {
      match: ["Personnummer: 19600127-0260"],
      none: ["Personnummer: 19600127-0261", "Reference 19600127-0260"],
    },
  }),
];
