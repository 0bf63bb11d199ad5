import { isValidBIC, isValidIBAN } from "ibantools";
import * as arCbu from "stdnum/lib/cjs/ar/cbu.js";
import * as mxClabe from "stdnum/lib/cjs/mx/clabe.js";
import { isRoutingNumber } from "../checksums.ts";
import type { Detector } from "../detector.ts";

const accountWords = ["account", "account number", "account no", "acct", "bank", "bank account"];

export const banking: readonly Detector[] = [
  {
    slug: "iban",
    name: "International bank account number (IBAN)",
    description:
      "IBAN of any country of the registry, with the length of its country and correct check digits (ISO 13616).",
    category: "FINANCIAL",
    countries: [],
    patterns: [
      String.raw`\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b`,
      String.raw`\b[A-Z]{2}\d{2}(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?\b`,
    ],
    check: { name: "ISO 7064 check digits", passes: (value) => isValidIBAN(value.replaceAll(" ", "")) },
    context: { words: ["iban", "kontonummer", "bank", "account", "compte", "conto", "cuenta", "rekening", "konto"] },
    confidence: { alone: "HIGH" },
    examples: {
      match: [
        "IBAN DE89 3704 0044 0532 0130 00",
        "transfer to GB29NWBK60161331926819",
        "FR14 2004 1010 0505 0001 3M02 606",
      ],
      none: ["IBAN DE89 3704 0044 0532 0130 01", "GB29NWBK6016133192681"],
    },
  },
  {
    slug: "bic",
    name: "Bank identifier code (BIC, SWIFT)",
    description:
      "Code of a bank (ISO 9362) near a word such as BIC or SWIFT. Public by itself, it marks payment details.",
    category: "FINANCIAL",
    countries: [],
    patterns: [String.raw`\b[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b`],
    check: { name: "country code", passes: isValidBIC },
    context: { words: ["bic", "swift", "swift code", "swift-bic", "bank identifier"], within: 30 },
    confidence: { alone: null, withContext: "MEDIUM" },
    examples: { match: ["BIC: DEUTDEFF500", "SWIFT NWBKGB2L"], none: ["The word ABSOLUTE", "BIC: DEUTQQFF"] },
  },
  {
    slug: "us-bank-routing-number",
    name: "US bank routing number",
    description: "ABA routing number with a correct check digit, near a word such as routing.",
    category: "FINANCIAL",
    countries: ["US"],
    patterns: [String.raw`\b(?:0\d|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)\d{7}\b`],
    check: { name: "check digit", passes: isRoutingNumber },
    context: { words: ["routing", "aba", "rtn", "routing number", "wire", "ach"] },
    confidence: { alone: null, withContext: "HIGH" },
    examples: { match: ["Routing number 021000021"], none: ["Routing number 021000022", "Order 021000021"] },
  },
  {
    slug: "us-bank-account-number",
    name: "US bank account number",
    description:
      "Eight to seventeen digits directly after words for a bank account. Without a check digit, so never certain.",
    category: "FINANCIAL",
    countries: ["US"],
    patterns: [String.raw`\b\d{8,17}\b`],
    context: {
      words: ["checking account", "savings account", "bank account", "account number", "acct no", "acct #"],
      within: 25,
    },
    confidence: { alone: null, withContext: "LOW" },
    generic: true,
    examples: { match: ["Checking account: 12345678901"], none: ["Invoice 12345678901", "account number 1234"] },
  },
  {
    slug: "uk-bank-account",
    name: "UK sort code and account number",
    description: "Sort code followed by an account number of eight digits, near words for a bank account.",
    category: "FINANCIAL",
    countries: ["GB"],
    patterns: [String.raw`\b\d{2}-\d{2}-\d{2}[ ,;:]{1,3}(?:[A-Za-z.: ]{0,20} )?\d{8}\b`],
    context: { words: ["sort code", "sortcode", ...accountWords] },
    confidence: { alone: null, withContext: "HIGH" },
    examples: { match: ["Sort code 60-16-13, account no 31926819"], none: ["Dates 01-02-03 12345678"] },
  },
  {
    slug: "mexico-clabe",
    name: "Mexican bank account (CLABE)",
    description: "CLABE with a correct check digit, near a word such as CLABE.",
    category: "FINANCIAL",
    countries: ["MX"],
    patterns: [String.raw`\b\d{18}\b`],
    check: { name: "check digit", passes: (value) => mxClabe.validate(value).isValid },
    context: { words: ["clabe", "clabe interbancaria", "banco", "cuenta"] },
    confidence: { alone: null, withContext: "HIGH" },
    examples: { match: ["CLABE 032180000118359719"], none: ["CLABE 032180000118359718", "Ref 032180000118359719"] },
  },
  {
    slug: "argentina-cbu",
    name: "Argentine bank account (CBU)",
    description: "CBU with both check digits correct.",
    category: "FINANCIAL",
    countries: ["AR"],
    patterns: [String.raw`\b\d{8}[ -]?\d{14}\b`],
    check: { name: "check digits", passes: (value) => arCbu.validate(value).isValid },
    context: { words: ["cbu", "clave bancaria", "cuenta", "banco"] },
    confidence: { alone: "LOW", withContext: "HIGH" },
    examples: { match: ["CBU 2850590940090418135201"], none: ["CBU 2850590940090418135202"] },
  },
];
