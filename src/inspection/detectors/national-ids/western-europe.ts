import * as atVnr from "stdnum/lib/cjs/at/vnr.js";
import * as beNn from "stdnum/lib/cjs/be/nn.js";
import * as chSsn from "stdnum/lib/cjs/ch/ssn.js";
import * as deIdnr from "stdnum/lib/cjs/de/idnr.js";
import * as deSvnr from "stdnum/lib/cjs/de/svnr.js";
import * as frNif from "stdnum/lib/cjs/fr/nif.js";
import * as frNir from "stdnum/lib/cjs/fr/nir.js";
import * as gbNino from "stdnum/lib/cjs/gb/nino.js";
import * as iePps from "stdnum/lib/cjs/ie/pps.js";
import * as nlBsn from "stdnum/lib/cjs/nl/bsn.js";
import type { Detector } from "../../detector.ts";
import { officialNumber } from "../official-number.ts";

export const westernEurope: readonly Detector[] = [
  officialNumber({
    slug: "austria-social-security",
    name: "Austrian social security number",
    category: "NATIONAL_ID",
    countries: ["AT"],
    pattern: String.raw`\b\d{4} ?(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-5])\d{2}\b`,
    number: atVnr,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["sozialversicherungsnummer", "svnr", "sv-nummer", "versicherungsnummer", "sozialversicherung"],
    examples: { match: ["SVNR: 1180 270634"], none: ["SVNR: 1180 270630", "Reference 1180 270634"] },
  }),
  officialNumber({
    slug: "belgium-national-number",
    name: "Belgian national number",
    category: "NATIONAL_ID",
    countries: ["BE"],
    pattern: String.raw`\b\d{2}\.?(?:0\d|1[0-2]|[24][0-9])\.?[0-3]\d-?\d{3}\.?\d{2}\b`,
    number: beNn,
    confidence: { alone: "LOW", withContext: "HIGH" },
    words: ["rijksregisternummer", "registre national", "national number", "nationaal nummer", "niss", "insz", "rrn"],
    examples: { match: ["Rijksregisternummer: 130011735.13"], none: ["Rijksregisternummer: 130011735.10"] },
  }),
  officialNumber({
    slug: "switzerland-ahv",
    name: "Swiss social security number (AHV, AVS)",
    category: "NATIONAL_ID",
    countries: ["CH"],
    pattern: String.raw`\b756\.?\d{4}\.?\d{4}\.?\d{2}\b`,
    number: chSsn,
    confidence: { alone: "MEDIUM", withContext: "HIGH" },
    words: ["ahv", "avs", "sozialversicherungsnummer", "numéro avs", "ahv-nummer", "numero avs"],
    examples: { match: ["AHV-Nummer: 7565917.820859"], none: ["AHV-Nummer: 7565917.820850"] },
  }),
  officialNumber({
    slug: "germany-tax-id",
    name: "German tax identification number",
    category: "NATIONAL_ID",
    countries: ["DE"],
    pattern: String.raw`\b[1-9]\d ?\d{3} ?\d{3} ?\d{3}\b`,
    number: deIdnr,
    confidence: { alone: null, withContext: "HIGH" },
    words: [
      "steuer-id",
      "steueridentifikationsnummer",
      "steuerliche identifikationsnummer",
      "identifikationsnummer",
      "idnr",
      "steuer-idnr",
      "tax id",
    ],
    examples: { match: ["Steuer-ID: 98 211 051 512"], none: ["Steuer-ID: 98 211 051 510", "Reference 98 211 051 512"] },
  }),
  officialNumber({
    slug: "germany-pension-insurance",
    name: "German pension insurance number",
    category: "NATIONAL_ID",
    countries: ["DE"],
    pattern: String.raw`\b\d{2} ?[0-3]\d[01]\d{3} ?[A-Z] ?\d{3}\b`,
    number: deSvnr,
    confidence: { alone: "LOW", withContext: "HIGH" },
    words: ["rentenversicherungsnummer", "sozialversicherungsnummer", "versicherungsnummer", "rvnr", "svnr"],
    examples: {
      match: ["Rentenversicherungsnummer: 21 351198 C 610"],
      none: ["Rentenversicherungsnummer: 21 351198 C 611"],
    },
  }),
  officialNumber({
    slug: "france-nir",
    name: "French social security number (NIR)",
    category: "NATIONAL_ID",
    countries: ["FR"],
    pattern: String.raw`\b[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}\b`,
    number: frNir,
    confidence: { alone: "MEDIUM", withContext: "HIGH" },
    words: ["sécurité sociale", "securite sociale", "nir", "numéro de sécurité sociale", "insee", "n° ss"],
    examples: {
      match: ["Numéro de sécurité sociale: 1250775 092 257 03"],
      none: ["Numéro de sécurité sociale: 1250775 092 257 00"],
    },
  }),
  officialNumber({
    slug: "france-tax-number",
    name: "French tax number (SPI)",
    category: "NATIONAL_ID",
    countries: ["FR"],
    pattern: String.raw`\b[0-3]\d ?\d{2} ?\d{3} ?\d{3} ?\d{3}\b`,
    number: frNif,
    confidence: { alone: null, withContext: "MEDIUM" },
    words: ["numéro fiscal", "numero fiscal", "spi", "référence fiscale", "tax number"],
    examples: {
      match: ["Numéro fiscal: 23 23276 875045"],
      none: ["Numéro fiscal: 23 23276 875040", "Reference 23 23276 875045"],
    },
  }),
  officialNumber({
    slug: "uk-national-insurance",
    name: "UK National Insurance number",
    category: "NATIONAL_ID",
    countries: ["GB"],
    pattern: String.raw`\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b`,
    number: gbNino,
    confidence: { alone: "MEDIUM", withContext: "HIGH" },
    words: ["national insurance", "ni number", "nino", "ni no", "insurance number"],
    examples: { match: ["National Insurance: LT77 1366 C"], none: ["National Insurance: ZZ547428C"] },
  }),
  officialNumber({
    slug: "ireland-pps",
    name: "Irish personal public service number",
    category: "NATIONAL_ID",
    countries: ["IE"],
    pattern: String.raw`\b\d{7}[A-W][A-IW]?\b`,
    number: iePps,
    confidence: { alone: "LOW", withContext: "HIGH" },
    words: ["pps", "ppsn", "pps number", "pps no", "personal public service"],
    examples: { match: ["PPS number: 1270075C"], none: ["PPS number: 1270070C"] },
  }),
  officialNumber({
    slug: "netherlands-bsn",
    name: "Dutch citizen service number (BSN)",
    category: "NATIONAL_ID",
    countries: ["NL"],
    pattern: String.raw`\b\d{4}\.?\d{2}\.?\d{3}\b`,
    number: nlBsn,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["bsn", "burgerservicenummer", "sofinummer", "sofi-nummer", "burger service nummer"],
    examples: { match: ["BSN: 0356.09.618"], none: ["BSN: 0356.09.610", "Reference 0356.09.618"] },
  }),
];
