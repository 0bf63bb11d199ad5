import * as bgEgn from "stdnum/lib/cjs/bg/egn.js";
import * as czRc from "stdnum/lib/cjs/cz/rc.js";
import * as plPesel from "stdnum/lib/cjs/pl/pesel.js";
import * as roCnp from "stdnum/lib/cjs/ro/cnp.js";
import type { Detector } from "../../detector.ts";
import { officialNumber } from "../official-number.ts";

export const easternEurope: readonly Detector[] = [
  officialNumber({
    slug: "bulgaria-egn",
    name: "Bulgarian personal number (EGN)",
    category: "NATIONAL_ID",
    countries: ["BG"],
    pattern: String.raw`\b\d{2}(?:[024][1-9]|[135][0-2])[0-3]\d{5}\b`,
    number: bgEgn,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["egn", "егн", "единен граждански номер", "uniform civil number"],
    examples: { match: ["ЕГН: 9811265727"], none: ["ЕГН: 9811265720", "Reference 9811265727"] },
  }),
  officialNumber({
    slug: "czechia-slovakia-birth-number",
    name: "Czech and Slovak birth number",
    category: "NATIONAL_ID",
    countries: ["CZ", "SK"],
    pattern: String.raw`\b\d{2}(?:[05][1-9]|[16][0-2]|[27][1-9]|[38][0-2])[0-3]\d/?\d{3,4}\b`,
    number: czRc,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["rodné číslo", "rodne cislo", "rč", "r.č.", "birth number"],
    examples: { match: ["Rodné číslo: 285825095"], none: ["Rodné číslo: 3560357334", "Reference 285825095"] },
  }),
  officialNumber({
    slug: "poland-pesel",
    name: "Polish national number (PESEL)",
    category: "NATIONAL_ID",
    countries: ["PL"],
    pattern: String.raw`\b\d{2}(?:[02468][1-9]|[13579][0-2])[0-3]\d{6}\b`,
    number: plPesel,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["pesel", "numer pesel", "nr pesel"],
    examples: { match: ["PESEL: 36062431131"], none: ["PESEL: 36062431130", "Reference 36062431131"] },
  }),
  officialNumber({
    slug: "romania-cnp",
    name: "Romanian personal number (CNP)",
    category: "NATIONAL_ID",
    countries: ["RO"],
    pattern: String.raw`\b[1-9]\d{2}(?:0[1-9]|1[0-2])[0-3]\d{7}\b`,
    number: roCnp,
    confidence: { alone: "LOW", withContext: "HIGH" },
    words: ["cnp", "cod numeric personal"],
    examples: { match: ["CNP: 2691110374016"], none: ["CNP: 2691110374010"] },
  }),
];
