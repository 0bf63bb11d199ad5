import type { FileTemplateFacts } from "#src/connector-kit/policy-template.ts";

const live = { trashed: false, quarantined: false } as const;
const outside = ["EXTERNAL", "PUBLIC"] as const;

/** Mail providers at which people have an address of their own. */
const personalDomains = [
  ...["gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com"],
  ...["icloud.com", "me.com", "mac.com", "aol.com", "proton.me", "protonmail.com", "gmx.com", "gmx.de", "gmx.net"],
  ...["web.de", "mail.com", "mail.ru", "yandex.com", "yandex.ru", "zoho.com", "fastmail.com", "tutanota.com"],
  ...["qq.com", "163.com", "126.com", "naver.com", "libero.it", "orange.fr", "free.fr", "laposte.net", "t-online.de"],
];

/** What many apps share; those of one app stand in its folder. */
export const fileTemplates: readonly FileTemplateFacts[] = [
  {
    slug: "public-link-to-sensitive-file",
    name: "Public link to a sensitive file",
    description:
      "Anyone with the link can open a file with identity numbers, health data, tax data, travel documents or financial data.",
    severity: "HIGH",
    filter: { sharing: ["PUBLIC"], isFolder: false, ...live },
    content: {
      detectors: [],
      categories: ["FINANCIAL", "NATIONAL_ID", "TAX", "TRAVEL_DOCUMENT", "DRIVING_LICENCE", "HEALTH"],
      minCount: 1,
      minConfidence: "HIGH",
    },
    mitreTechniques: ["T1530"],
    examples: [
      { name: "a public list of cards", file: { sharing: "PUBLIC" }, found: { "card-visa": 3 }, matches: true },
      { name: "the same inside", file: { sharing: "INTERNAL" }, found: { "card-visa": 3 }, matches: false },
      { name: "a public flyer", file: { sharing: "PUBLIC" }, found: {}, matches: false },
    ],
  },
  {
    slug: "many-financial-records-shared-outside",
    name: "Many cards or bank accounts shared outside",
    description: "A file with at least ten card or account numbers is shared with people outside, or with anyone.",
    severity: "HIGH",
    filter: { sharing: outside, isFolder: false, ...live },
    content: { detectors: [], categories: ["FINANCIAL"], minCount: 10, minConfidence: "MEDIUM" },
    mitreTechniques: ["T1530"],
    examples: [
      {
        name: "six cards and four accounts",
        file: { sharing: "EXTERNAL" },
        found: { "card-visa": 6, iban: 4 },
        matches: true,
      },
      { name: "one account on an invoice", file: { sharing: "EXTERNAL" }, found: { iban: 1 }, matches: false },
    ],
  },
  {
    slug: "health-data-shared-outside",
    name: "Health data shared outside",
    description: "A file with medical codes or health insurance numbers is shared with people outside, or with anyone.",
    severity: "HIGH",
    filter: { sharing: outside, isFolder: false, ...live },
    content: { detectors: [], categories: ["HEALTH"], minCount: 1, minConfidence: "MEDIUM" },
    mitreTechniques: ["T1530"],
    examples: [
      { name: "a letter to a hospital", file: { sharing: "EXTERNAL" }, found: { "icd-10-codes": 3 }, matches: true },
      { name: "the same, not shared", file: {}, found: { "icd-10-codes": 3 }, matches: false },
    ],
  },
  {
    slug: "credentials-shared-outside",
    name: "Passwords or keys shared outside",
    description: "A file with private keys, tokens or passwords is shared with people outside, or with anyone.",
    severity: "CRITICAL",
    filter: { sharing: outside, isFolder: false, ...live },
    content: { detectors: [], categories: ["CREDENTIALS"], minCount: 1, minConfidence: "HIGH" },
    mitreTechniques: ["T1552.001"],
    examples: [
      { name: "a key behind a link", file: { sharing: "PUBLIC" }, found: { "private-key": 1 }, matches: true },
      { name: "a key in a private file", file: {}, found: { "private-key": 1 }, matches: false },
    ],
  },
  {
    slug: "source-code-shared-outside",
    name: "Source code shared outside",
    description: "A file with source code is shared with people outside, or with anyone.",
    severity: "MEDIUM",
    filter: { sharing: outside, isFolder: false, ...live },
    content: { detectors: [], categories: ["SOURCE_CODE"], minCount: 1, minConfidence: "MEDIUM" },
    mitreTechniques: ["T1213.003"],
    examples: [
      {
        name: "a module for a contractor",
        file: { sharing: "EXTERNAL" },
        found: { "source-code-python": 9 },
        matches: true,
      },
      {
        name: "a module for colleagues",
        file: { sharing: "INTERNAL" },
        found: { "source-code-python": 9 },
        matches: false,
      },
    ],
  },
  {
    slug: "shared-with-personal-addresses",
    name: "Shared with personal e-mail addresses",
    description:
      "People with an address of a public mail provider have access. Remove the domains that your organisation works with.",
    severity: "MEDIUM",
    filter: { collaboratorDomains: personalDomains, ...live },
    mitreTechniques: ["T1567.002"],
    examples: [
      { name: "a private mailbox", file: { sharing: "EXTERNAL" }, domains: ["gmail.com"], matches: true },
      { name: "a partner", file: { sharing: "EXTERNAL" }, domains: ["partner.example"], matches: false },
    ],
  },
  {
    slug: "stale-external-sharing",
    name: "External sharing that nobody needs any more",
    description:
      "A file or folder that was not changed for 90 days is still shared with people outside, or with anyone.",
    severity: "LOW",
    filter: { sharing: outside, unmodifiedForDays: 90, ...live },
    mitreTechniques: ["T1530"],
    examples: [
      { name: "an offer of last year", file: { sharing: "EXTERNAL", daysUnmodified: 300 }, matches: true },
      { name: "an offer of this week", file: { sharing: "EXTERNAL", daysUnmodified: 3 }, matches: false },
      { name: "an old private note", file: { daysUnmodified: 300 }, matches: false },
    ],
  },
  {
    slug: "publicly-shared-folder",
    name: "Publicly shared folder",
    description: "Anyone with the link can open a folder, and whatever is put into it later.",
    severity: "HIGH",
    filter: { sharing: ["PUBLIC"], isFolder: true, ...live },
    mitreTechniques: ["T1530"],
    examples: [
      { name: "a public folder", file: { isFolder: true, sharing: "PUBLIC" }, matches: true },
      { name: "a public file", file: { sharing: "PUBLIC" }, matches: false },
      {
        name: "a public folder in the trash",
        file: { isFolder: true, sharing: "PUBLIC", trashed: true },
        matches: false,
      },
    ],
  },
  {
    slug: "key-file-shared",
    name: "Key file shared",
    description: "A file that by its name holds private keys, certificates or passwords is not private.",
    severity: "HIGH",
    filter: {
      sharing: ["INTERNAL", ...outside],
      extensions: ["pem", "key", "pfx", "p12", "p8", "ppk", "jks", "keystore", "kdbx", "kdb", "ovpn", "gpg", "asc"],
      ...live,
    },
    mitreTechniques: ["T1552.004"],
    examples: [
      { name: "a key store for the team", file: { name: "prod.P12", sharing: "INTERNAL" }, matches: true },
      { name: "a key store of one's own", file: { name: "prod.p12" }, matches: false },
      { name: "a document about keys", file: { name: "keys.docx", sharing: "INTERNAL" }, matches: false },
    ],
  },
  {
    slug: "database-copy-shared-outside",
    name: "Copy of a database shared outside",
    description:
      "A file that by its name is a dump or backup of a database is shared with people outside, or with anyone.",
    severity: "HIGH",
    filter: {
      sharing: outside,
      extensions: ["sql", "dump", "dmp", "bak", "mdb", "accdb", "sqlite", "sqlite3", "db", "bson", "rdb"],
      ...live,
    },
    mitreTechniques: ["T1530"],
    examples: [
      { name: "a dump for a supplier", file: { name: "customers.sql", sharing: "EXTERNAL" }, matches: true },
      { name: "a dump for colleagues", file: { name: "customers.sql", sharing: "INTERNAL" }, matches: false },
    ],
  },
];
