import { mix, personAt } from "../generator.ts";
import { workbookOf } from "./xlsx.ts";

/**
 * Contents of invented files: text and workbooks. Every third holds personal data that a content inspection can find: card numbers and
 * IBANs with right check digits, dates of birth, addresses. All of it is invented: card numbers begin like those
 * of test cards, banks do not exist, and addresses end in `.example`.
 */

export type ContentKind = "payroll" | "customers" | "minutes" | "sheet";

const kinds: { kind: ContentKind; names: string[]; extension: string; mimeType: string }[] = [
  { kind: "payroll", names: ["Payroll", "Salaries", "New starters"], extension: "csv", mimeType: "text/csv" },
  { kind: "minutes", names: ["Minutes", "Roadmap", "Offsite plan"], extension: "txt", mimeType: "text/plain" },
  { kind: "customers", names: ["Customers", "Refunds", "Invoices"], extension: "csv", mimeType: "text/csv" },
  {
    kind: "minutes",
    names: ["Release notes", "Handbook", "Retrospective"],
    extension: "md",
    mimeType: "text/markdown",
  },
  {
    kind: "minutes",
    names: ["Interview guide", "Budget talk", "Launch plan"],
    extension: "txt",
    mimeType: "text/plain",
  },
  { kind: "minutes", names: ["Design notes", "Questions", "Agenda"], extension: "md", mimeType: "text/markdown" },
];

/** Every twelfth file, instead of a list of customers as text. */
const sheet: (typeof kinds)[number] = {
  kind: "sheet",
  names: ["Card payments", "Chargebacks", "Subscriptions"],
  extension: "xlsx",
  mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

export interface FileFace {
  kind: ContentKind;
  name: string;
  mimeType: string;
}

export function fileFace(seed: number, number: number): FileFace {
  const face = number % 12 === 8 ? sheet : (kinds[number % kinds.length] as typeof sheet);
  const { kind, names, extension, mimeType } = face;
  const name = names[mix(seed, number, 201) % names.length] as string;
  return { kind, name: `${name} ${number}.${extension}`, mimeType };
}

/** The bytes of a file's version; the same for the same arguments. */
export function contentOf(seed: number, number: number, version: number, kind: ContentKind): Buffer {
  const salt = mix(seed, number, 210 + version);
  const rowsOf = (of: ContentKind) => Array.from({ length: 3 + (salt % 8) }, (_, row) => rowOf(seed, salt, row, of));
  if (kind === "sheet") {
    const lines = [...headOf("customers", number, version), ...rowsOf("customers")];
    return workbookOf(
      "Payments",
      lines.map((line) => line.split(",")),
    );
  }
  const rows = rowsOf(kind);
  return Buffer.from([...headOf(kind, number, version), ...rows, ""].join("\n"));
}

function headOf(kind: ContentKind, number: number, version: number): string[] {
  if (kind === "payroll") return ["name,date of birth,iban,salary"];
  if (kind === "customers") return ["name,email,phone,card"];
  return [`Notes ${number}, revision ${version}`, ""];
}

function rowOf(seed: number, salt: number, row: number, kind: ContentKind): string {
  const number = mix(salt, row, 220);
  const person = personAt(seed ^ salt, number % 10_000);
  if (kind === "payroll") return `${person.name},${birthDate(number)},${ibanOf(number)},${40_000 + (number % 60_000)}`;
  if (kind === "customers")
    return `${person.name},${person.handle}@customer.example,+1 555 01${String(number % 100).padStart(2, "0")},${cardOf(number)}`;
  return `- ${["Agreed", "Postponed", "To be checked"][number % 3]}: item ${row + 1}.`;
}

function birthDate(number: number): string {
  return new Date(Date.UTC(1955 + (number % 48), number % 12, 1 + (number % 28))).toISOString().slice(0, 10);
}

/** 16 digits that begin like a test card and pass the Luhn check. */
export function cardOf(number: number): string {
  const digits = `400000${String(number % 1_000_000_000).padStart(9, "0")}`;
  const sum = [...digits].reduce((total, digit, place) => {
    const doubled = Number(digit) * (place % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return digits + String((10 - (sum % 10)) % 10);
}

/** A German IBAN of a bank that does not exist (bank code 00000000), with the right check digits. */
export function ibanOf(number: number): string {
  const account = `00000000${String(number).padStart(10, "0")}`;
  const remainder = Number(BigInt(`${account}131400`) % 97n);
  return `DE${String(98 - remainder).padStart(2, "0")}${account}`;
}
