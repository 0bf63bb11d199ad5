import * as dePassport from "stdnum/lib/cjs/de/passport.js";
import { isIdentityCardZone, isPassportLine } from "../checksums.ts";
import type { Detector } from "../detector.ts";

const passportWords = [
  ...["passport", "passport number", "passport no", "passport #", "travel document", "reisepass", "passnummer"],
  ...["passeport", "pasaporte", "passaporto", "paspoort", "passaporte", "paszport", "pass-nr"],
];

/** A number without check digits: only near a word for a passport. */
function passport(country: string, adjective: string, pattern: string, match: string, none: string): Detector {
  return {
    slug: `${adjective.toLowerCase()}-passport`,
    name: `${adjective} passport number`,
    description: `Number of ${/^[AEIOU]/.test(adjective) ? "an" : "a"} ${adjective} passport near a word for passport. It has no check digit.`,
    category: "TRAVEL_DOCUMENT",
    countries: [country],
    patterns: [pattern],
    context: { words: passportWords, within: 40 },
    confidence: { alone: null, withContext: "MEDIUM" },
    generic: true,
    examples: { match: [`Passport no. ${match}`], none: [`Passport no. ${none}`, `Order no. ${match}`] },
  };
}

export const documents: readonly Detector[] = [
  {
    slug: "passport-mrz",
    name: "Machine-readable zone of a passport or visa",
    description: "Second line of the zone (ICAO 9303), with correct check digits of number, birth and expiry.",
    category: "TRAVEL_DOCUMENT",
    countries: [],
    patterns: [String.raw`\b[A-Z0-9<]{9}\d[A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{14}[\d<]{2}`],
    check: { name: "ICAO 9303 check digits", passes: isPassportLine },
    confidence: { alone: "HIGH" },
    examples: {
      match: ["L898902C36UTO7408122F1204159ZE184226B<<<<<10"],
      none: ["L898902C37UTO7408122F1204159ZE184226B<<<<<10"],
    },
  },
  {
    slug: "identity-card-mrz",
    name: "Machine-readable zone of an identity card",
    description: "First two lines of the zone (ICAO 9303 TD1), with correct check digits of number, birth and expiry.",
    category: "TRAVEL_DOCUMENT",
    countries: [],
    patterns: [
      String.raw`\b[ACI][A-Z<][A-Z<]{3}[A-Z0-9<]{9}[\d<][A-Z0-9<]{15}\r?\n\d{7}[MFX<]\d{7}[A-Z<]{3}[A-Z0-9<]{11}\d`,
    ],
    check: { name: "ICAO 9303 check digits", passes: isIdentityCardZone },
    confidence: { alone: "HIGH" },
    examples: {
      match: ["I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6"],
      none: ["I<UTOD231458908<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6"],
    },
  },
  {
    slug: "german-passport",
    name: "German passport or identity card number",
    description: "Serial number of a German passport or identity card with its check digit, near a word for it.",
    category: "TRAVEL_DOCUMENT",
    countries: ["DE"],
    patterns: [String.raw`\b[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}\d\b`],
    check: { name: "check digit", passes: (value) => dePassport.validate(value).isValid },
    context: { words: [...passportWords, "personalausweis", "ausweisnummer", "ausweis"] },
    confidence: { alone: null, withContext: "HIGH" },
    examples: { match: ["Reisepass C01X00T478"], none: ["Reisepass C01X00T479", "Bestellung C01X00T478"] },
  },
  passport("US", "US", String.raw`\b(?:[A-Z]\d{8}|\d{9})\b`, "A12345678", "A1234567"),
  passport("GB", "British", String.raw`\b\d{9}\b`, "532418967", "53241896"),
  passport("CA", "Canadian", String.raw`\b[A-Z]{2}\d{6}\b`, "GA302922", "GA30292"),
  passport("AU", "Australian", String.raw`\b[A-Z]{1,2}\d{7}\b`, "PA0940443", "P094044"),
  passport("FR", "French", String.raw`\b\d{2}[A-Z]{2}\d{5}\b`, "14CV28143", "14CV2814"),
  passport("IT", "Italian", String.raw`\b[A-Z]{2}\d{7}\b`, "YA1234567", "YA123456"),
  passport("ES", "Spanish", String.raw`\b[A-Z]{3}\d{6}\b`, "PAB123456", "PAB12345"),
  passport("IN", "Indian", String.raw`\b[A-PR-WY]\d{7}\b`, "M1234567", "M123456"),
  passport("JP", "Japanese", String.raw`\b[A-Z]{2}\d{7}\b`, "TK1234567", "TK123456"),
  {
    slug: "uk-driving-licence",
    name: "UK driving licence number",
    description:
      "Driver number: surname, birth date with its sex digit, initials and check characters in their fixed places.",
    category: "DRIVING_LICENCE",
    countries: ["GB"],
    patterns: [
      String.raw`\b(?:[A-Z]{5}|[A-Z]{4}9|[A-Z]{3}99|[A-Z]{2}999)\d(?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12]\d|3[01])\d[A-Z][A-Z9][A-Z0-9][A-Z]{2}\b`,
    ],
    context: { words: ["driving licence", "driver number", "driving license", "licence number", "dvla", "licence"] },
    confidence: { alone: "MEDIUM", withContext: "HIGH" },
    examples: { match: ["Driving licence MORGA657054SM9IJ"], none: ["Driving licence MORGA637054SM9IJ"] },
  },
  {
    slug: "date-of-birth",
    name: "Date of birth",
    description: "A date directly after words for a birth date.",
    category: "NATIONAL_ID",
    countries: [],
    patterns: [
      String.raw`\b(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])\b`,
      String.raw`\b(?:0?[1-9]|[12]\d|3[01])[-/. ](?:0?[1-9]|[12]\d)[-/. ](?:19|20)\d{2}\b`,
    ],
    context: {
      words: [
        "date of birth",
        "dob",
        "born",
        "birth date",
        "birthdate",
        "geburtsdatum",
        "geboren",
        "date de naissance",
        "fecha de nacimiento",
        "data di nascita",
      ],
      within: 20,
    },
    confidence: { alone: null, withContext: "MEDIUM" },
    examples: { match: ["DOB: 1974-08-12", "Geburtsdatum 12.08.1974"], none: ["Due 1974-08-12"] },
  },
];
