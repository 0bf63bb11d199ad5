import * as esDni from "stdnum/lib/cjs/es/dni.js";
import * as esNie from "stdnum/lib/cjs/es/nie.js";
import * as esNss from "stdnum/lib/cjs/es/nss.js";
import * as grAmka from "stdnum/lib/cjs/gr/amka.js";
import * as hrOib from "stdnum/lib/cjs/hr/oib.js";
import * as itCodicefiscale from "stdnum/lib/cjs/it/codicefiscale.js";
import * as ptCc from "stdnum/lib/cjs/pt/cc.js";
import * as siEmso from "stdnum/lib/cjs/si/emso.js";
import * as trTckimlik from "stdnum/lib/cjs/tr/tckimlik.js";
import type { Detector } from "../../detector.ts";
import { officialNumber } from "../official-number.ts";

export const southernEurope: readonly Detector[] = [
  officialNumber({
    slug: "spain-dni",
    name: "Spanish identity card (DNI)",
    category: "NATIONAL_ID",
    countries: ["ES"],
    pattern: String.raw`\b\d{8}[ -]?[A-HJ-NP-TV-Z]\b`,
    number: esDni,
    confidence: { alone: "LOW", withContext: "HIGH" },
    words: ["dni", "nif", "documento nacional de identidad", "identidad"],
    examples: { match: ["DNI: 63329479Z"], none: ["DNI: 63329470Z"] },
  }),
  officialNumber({
    slug: "spain-nie",
    name: "Spanish foreigner number (NIE)",
    category: "NATIONAL_ID",
    countries: ["ES"],
    pattern: String.raw`\b[XYZ][ -]?\d{7}[ -]?[A-HJ-NP-TV-Z]\b`,
    number: esNie,
    confidence: { alone: "MEDIUM", withContext: "HIGH" },
    words: ["nie", "número de identidad de extranjero", "extranjero", "nif"],
    examples: { match: ["NIE: X0007065 G"], none: ["NIE: X0007060 G"] },
  }),
  officialNumber({
    slug: "spain-social-security",
    name: "Spanish social security number",
    category: "NATIONAL_ID",
    countries: ["ES"],
    pattern: String.raw`\b\d{2}[ /-]?\d{8}[ /-]?\d{2}\b`,
    number: esNss,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["seguridad social", "nss", "número de afiliación", "naf"],
    examples: {
      match: ["Seguridad Social: 40-7044773165"],
      none: ["Seguridad Social: 40-7044773160", "Reference 40-7044773165"],
    },
  }),
  officialNumber({
    slug: "greece-amka",
    name: "Greek social security number (AMKA)",
    category: "NATIONAL_ID",
    countries: ["GR"],
    pattern: String.raw`\b[0-3]\d[01]\d{8}\b`,
    number: grAmka,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["αμκα", "amka", "ασφάλισης"],
    examples: { match: ["AMKA: 17036121733"], none: ["AMKA: 17036121730", "Reference 17036121733"] },
  }),
  officialNumber({
    slug: "croatia-oib",
    name: "Croatian personal number (OIB)",
    category: "NATIONAL_ID",
    countries: ["HR"],
    pattern: String.raw`\b\d{11}\b`,
    number: hrOib,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["oib", "osobni identifikacijski broj"],
    examples: { match: ["OIB: 52548460526"], none: ["OIB: 52548460520", "Reference 52548460526"] },
  }),
  officialNumber({
    slug: "italy-codice-fiscale",
    name: "Italian tax code (codice fiscale)",
    category: "NATIONAL_ID",
    countries: ["IT"],
    pattern: String.raw`\b[A-Z]{6}\d{2}[ABCDEHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b`,
    number: itCodicefiscale,
    confidence: { alone: "HIGH" },
    words: ["codice fiscale", "cod. fisc.", "c.f.", "cf"],
    examples: { match: ["Codice fiscale: KZMDXH75M88C597G"], none: ["Codice fiscale: KZMDXH75M88C590G"] },
  }),
  officialNumber({
    slug: "portugal-citizen-card",
    name: "Portuguese citizen card number",
    category: "NATIONAL_ID",
    countries: ["PT"],
    pattern: String.raw`\b\d{8} ?\d ?[A-Z0-9]{2}\d\b`,
    number: ptCc,
    confidence: { alone: "LOW", withContext: "HIGH" },
    words: ["cartão de cidadão", "cartao de cidadao", "cidadão", "documento de identificação"],
    examples: { match: ["Cartão de cidadão: 60400293 5 541"], none: ["Cartão de cidadão: 60400293 5 540"] },
  }),
  officialNumber({
    slug: "slovenia-emso",
    name: "Slovenian personal number (EMŠO)",
    category: "NATIONAL_ID",
    countries: ["SI"],
    pattern: String.raw`\b[0-3]\d[01]\d{4}50\d{4}\b`,
    number: siEmso,
    confidence: { alone: "LOW", withContext: "HIGH" },
    words: ["emšo", "emso", "enotna matična številka"],
    examples: { match: ["EMŠO: 3006839509242"], none: ["EMŠO: 3006839509240"] },
  }),
  officialNumber({
    slug: "turkey-identity-number",
    name: "Turkish identity number",
    category: "NATIONAL_ID",
    countries: ["TR"],
    pattern: String.raw`\b[1-9]\d{10}\b`,
    number: trTckimlik,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["t.c. kimlik", "tc kimlik", "kimlik no", "tckn", "kimlik numarası"],
    examples: { match: ["TC Kimlik: 28695698418"], none: ["TC Kimlik: 28695698410", "Reference 28695698418"] },
  }),
];
