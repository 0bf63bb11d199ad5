import type { Detector } from "../detector.ts";

const phoneWords = [
  "phone",
  "tel",
  "telephone",
  "mobile",
  "cell",
  "fax",
  "call",
  "telefon",
  "téléphone",
  "teléfono",
  "mobil",
  "handy",
  "whatsapp",
];
const people = ["mira", "tom", "ida", "jon", "eva", "max", "lea", "kim", "ben", "zoe", "ole", "ana"];
const digitCount = (value: string) => value.replace(/\D/g, "").length;

export const contact: readonly Detector[] = [
  {
    slug: "email-addresses",
    name: "List of e-mail addresses",
    description: "At least ten different e-mail addresses in one file.",
    category: "CONTACT",
    countries: [],
    patterns: [String.raw`\b[\w.+-]{1,64}@(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,6}[A-Za-z]{2,24}\b`],
    confidence: { alone: "MEDIUM" },
    minCount: 10,
    examples: {
      match: [people.map((name) => `${name}@acme.example`).join("\n")],
      none: [people.map(() => "mira@acme.example").join("\n"), "mira@acme.example, tom@acme.example"],
    },
  },
  {
    slug: "phone-numbers",
    name: "List of international phone numbers",
    description: "At least ten different phone numbers with a country code (E.164) in one file.",
    category: "CONTACT",
    countries: [],
    patterns: [String.raw`(?:\+|\b00)[1-9]\d{0,2}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{2,4}(?:[ .-]?\d{2,4}){1,4}\b`],
    check: { name: "length of E.164", passes: (value) => digitCount(value) >= 9 && digitCount(value) <= 15 },
    context: { words: phoneWords },
    confidence: { alone: "MEDIUM", withContext: "HIGH" },
    minCount: 10,
    examples: {
      match: [people.map((name, index) => `${name} +49 30 5550${100 + index}`).join("\n")],
      none: ["Call +49 30 5550100", people.map((name, index) => `${name} 5550${100 + index}`).join("\n")],
    },
  },
  {
    slug: "us-phone-numbers",
    name: "List of North American phone numbers",
    description: "At least ten different phone numbers of the North American plan, with punctuation, in one file.",
    category: "CONTACT",
    countries: ["US", "CA"],
    patterns: [String.raw`(?:\(\d{3}\) ?|\b[2-9]\d{2}[-.])[2-9]\d{2}[-. ]\d{4}\b`],
    context: { words: phoneWords },
    confidence: { alone: "MEDIUM", withContext: "HIGH" },
    minCount: 10,
    examples: {
      match: [people.map((name, index) => `${name} (415) 555-01${20 + index}`).join("\n")],
      none: ["Tel. (415) 555-0120"],
    },
  },
];
