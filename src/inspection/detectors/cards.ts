import { passesLuhn } from "../checksums.ts";
import type { Detector } from "../detector.ts";

const words = [
  ...["card", "credit card", "debit card", "card number", "card no", "cc", "cvv", "cvc", "cvv2", "expiry", "exp date"],
  ...["visa", "mastercard", "amex", "american express", "discover", "diners", "jcb", "unionpay", "maestro", "pan"],
  ...[
    "kreditkarte",
    "kartennummer",
    "carte bancaire",
    "carte de crédit",
    "tarjeta",
    "carta di credito",
    "cartão",
    "karta",
  ],
];

/** One brand: its prefixes and lengths, alone or in the groups that are printed on the card. */
function card(brand: string, slug: string, patterns: readonly string[], match: string, none: string): Detector {
  return {
    slug: `card-${slug}`,
    name: `${brand} card number`,
    description: `Number of a ${brand} payment card: its prefix, its length and a correct check digit (Luhn).`,
    category: "FINANCIAL",
    countries: [],
    patterns,
    check: { name: "Luhn check digit", passes: passesLuhn },
    context: { words },
    confidence: { alone: "MEDIUM", withContext: "HIGH" },
    examples: { match: [`Card ${match}, valid to 04/29`, match.replaceAll(" ", "")], none: [`Card ${none}`] },
  };
}

const four = String.raw`[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}\b`;

/** Sources: ISO/IEC 7812-1 and the issuer ranges in https://en.wikipedia.org/wiki/Payment_card_number */
export const cards: readonly Detector[] = [
  card("Visa", "visa", [String.raw`\b4\d{3}${four}`], "4539 1488 0343 6467", "4539 1488 0343 6468"),
  card(
    "Mastercard",
    "mastercard",
    [String.raw`\b(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)${four}`],
    "5425 2334 3010 9903",
    "5425 2334 3010 9904",
  ),
  card(
    "American Express",
    "american-express",
    [String.raw`\b3[47]\d{2}[ -]?\d{6}[ -]?\d{5}\b`],
    "3714 496353 98431",
    "3714 496353 98432",
  ),
  card(
    "Discover",
    "discover",
    [String.raw`\b(?:6011|64[4-9]\d|65\d{2})${four}`],
    "6011 0009 9013 9424",
    "6011 0009 9013 9425",
  ),
  card(
    "Diners Club",
    "diners-club",
    [String.raw`\b3(?:0[0-5]|[689]\d)\d[ -]?\d{6}[ -]?\d{4}\b`],
    "3056 930902 5904",
    "3056 930902 5905",
  ),
  card("JCB", "jcb", [String.raw`\b35(?:2[89]|[3-8]\d)${four}`], "3530 1113 3330 0000", "3530 1113 3330 0001"),
  card(
    "UnionPay",
    "unionpay",
    [String.raw`\b62\d{2}${four}`, String.raw`\b62\d{17}\b`],
    "6200 0000 0000 0005",
    "6200 0000 0000 0006",
  ),
  card(
    "Maestro",
    "maestro",
    [String.raw`\b(?:5018|5020|5038|5893|6304|6759|676[1-3])${four}`],
    "6759 6498 2643 8453",
    "6759 6498 2643 8454",
  ),
  {
    slug: "card-magnetic-stripe",
    name: "Magnetic stripe of a payment card",
    description: "Track 1 or track 2 of a card's magnetic stripe, which may never be stored (PCI DSS 3.3).",
    category: "FINANCIAL",
    countries: [],
    patterns: [
      String.raw`%B\d{13,19}\^[A-Z /.'-]{2,26}\^\d{7}[0-9A-Z ]{0,40}\??`,
      String.raw`;\d{13,19}=\d{7}\d{0,20}\?`,
    ],
    check: { name: "Luhn check digit", passes: (track) => passesLuhn(/\d{13,19}/.exec(track)?.[0] ?? "") },
    confidence: { alone: "HIGH" },
    examples: {
      match: ["%B4539148803436467^HOLT/MIRA^2904101000000?", ";4539148803436467=29041010000000?"],
      none: ["%B4539148803436468^HOLT/MIRA^2904101000000?"],
    },
  },
];
