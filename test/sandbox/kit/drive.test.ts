import { describe, expect, test } from "vitest";
import { Drive, type Item } from "../../../sandbox/kit/drive.ts";
import { cardOf, ibanOf } from "../../../sandbox/kit/drive-content.ts";
import { pageAt } from "../../../sandbox/kit/paging.ts";

const now = Date.parse("2026-11-01T00:00:00Z");
const driveOf = (files = 100, seed = 7) => new Drive({ seed, createdAt: now, files }, 5);
const all = (drive: Drive): Item[] => pageAt(drive, 0, Number.POSITIVE_INFINITY).records;
const need = (item: Item | undefined): Item => {
  if (!item) throw new Error("no such item");
  return item;
};

/** Every item below a folder. */
function below(drive: Drive, folder: number): number[] {
  return drive
    .childrenOf(folder)
    .flatMap(({ number, isFolder }) => [number, ...(isFolder ? below(drive, number) : [])]);
}

describe("the generated items", () => {
  test.each([0, 1, 19, 20, 21, 100, 1000])("%i files: a walk from the root meets each item once", (files) => {
    const drive = driveOf(files);
    expect(below(drive, 0).toSorted((a, b) => a - b)).toEqual(Array.from({ length: drive.count - 1 }, (_, n) => n + 1));
    expect(all(drive).filter(({ isFolder }) => !isFolder)).toHaveLength(files);
  });

  test("are the same for the same seed, contents included", () => {
    const [first, second] = [driveOf(), driveOf()];
    expect(all(first)).toEqual(all(second));
    expect(first.contentOf(50)).toEqual(second.contentOf(50));
    expect(all(driveOf(100, 8))).not.toEqual(all(first));
  });

  test("are private, shared inside, outside and with anybody", () => {
    const drive = driveOf(400);
    const kinds: string[] = all(drive).map(({ number }) => drive.sharesOf(number)[0]?.kind ?? "private");
    expect(new Set(kinds)).toEqual(new Set(["private", "company", "user", "anyone"]));
    expect(kinds.filter((kind) => kind === "private").length).toBeGreaterThan(kinds.length / 2);
  });
});

test("personal data in contents is invented and has right check digits", () => {
  const drive = driveOf(300);
  const texts = all(drive)
    .filter(({ isFolder }) => !isFolder)
    .map(({ number }) => drive.contentOf(number).toString());
  const cards = texts.flatMap((text) => text.match(/\b400000\d{10}\b/g) ?? []);
  const ibans = texts.flatMap((text) => text.match(/\bDE\d{20}\b/g) ?? []);
  expect(Math.min(cards.length, ibans.length)).toBeGreaterThan(20);
  const luhn = (card: string) =>
    [...card].toReversed().reduce((sum, digit, place) => {
      const value = Number(digit) * (place % 2 ? 2 : 1);
      return sum + (value > 9 ? value - 9 : value);
    }, 0) % 10;
  expect(cards.filter((card) => luhn(card) !== 0)).toEqual([]);
  const mod97 = (iban: string) => BigInt(`${iban.slice(4)}1314${iban.slice(2, 4)}`) % 97n;
  expect(ibans.filter((iban) => mod97(iban) !== 1n)).toEqual([]);
  expect([cardOf(0).length, ibanOf(4_294_967_295).length]).toEqual([16, 22]);
  expect(texts.some((text) => !/\d{16}|DE\d{20}/.test(text))).toBe(true);
});

test("where everything in a folder belongs to its owner, what is moved or given away takes its content along", () => {
  const drive = new Drive({ seed: 7, createdAt: now, files: 400 }, 5, "folder");
  for (const folder of drive.childrenOf(0))
    for (const number of below(drive, folder.number)) expect(drive.at(number)?.owner).toBe(folder.owner);
  expect(new Set(drive.childrenOf(0).map(({ owner }) => owner)).size).toBeGreaterThan(2);
  expect(below(drive, 0)).toHaveLength(drive.count - 1);
  const [file] = below(drive, 1).slice(-1);
  const other = (need(drive.at(1)).owner + 1) % 5;
  drive.move(file!, 0, 0, now, other);
  drive.move(2, 0, 0, now, other);
  expect([file!, 2, ...below(drive, 2)].map((number) => drive.at(number)?.owner)).toEqual(
    [file!, 2, ...below(drive, 2)].map(() => other),
  );
});

test("a sheet is a workbook that a reader of ZIP archives opens", () => {
  const drive = driveOf(300);
  const sheet = need(all(drive).find(({ name }) => name.endsWith(".xlsx")));
  const content = drive.contentOf(sheet.number);
  expect(content.subarray(0, 4).toString("latin1")).toBe("PK\u0003\u0004");
  // The end of the directory names where it begins, and how many entries it has.
  const end = content.length - 22;
  expect([content.readUInt32LE(end), content.readUInt16LE(end + 10)]).toEqual([0x06054b50, 5]);
  expect(content.readUInt32LE(content.readUInt32LE(end + 16))).toBe(0x02014b50);
  expect(content.toString()).toMatch(/<t xml:space="preserve">400000\d{10}<\/t>/);
});

describe("edits", () => {
  test("are written to the feed in order, and a reader goes on from its position", () => {
    const drive = driveOf();
    const start = drive.position;
    const folder = drive.create({ name: "Board", parent: 1, isFolder: true }, 2, now);
    const file = drive.create({ name: "Plan.txt", parent: folder.number, content: Buffer.from("v1") }, 2, now);
    drive.edit(file.number, 3, now + 1, Buffer.from("v2"));
    drive.rename(file.number, "Plan B.txt", 3, now + 2);
    const first = drive.changes(start, 3);
    expect(first.changes.map(({ kind, item }) => [kind, item])).toEqual([
      ["created", folder.number],
      ["created", file.number],
      ["edited", file.number],
    ]);
    expect(first).toMatchObject({ position: 3, more: true });
    expect(drive.changes(first.position, 3)).toMatchObject({
      changes: [{ kind: "renamed", by: 3, at: now + 2 }],
      position: 4,
      more: false,
    });
    expect(drive.changes(4, 3)).toEqual({ changes: [], position: 4, more: false });
  });

  test("make versions, whose contents stay readable", () => {
    const drive = driveOf();
    const { number } = need(all(drive).find(({ isFolder }) => !isFolder));
    const before = drive.contentOf(number);
    drive.edit(number, 1, now, Buffer.from("changed"));
    drive.edit(number, 1, now + 1);
    expect(drive.at(number)).toMatchObject({ version: 3, modifiedAt: now + 1, modifiedBy: 1 });
    expect(drive.contentOf(number, 1)).toEqual(before);
    expect(drive.contentOf(number, 2).toString()).toBe("changed");
    expect(drive.contentOf(number)).not.toEqual(before);
  });

  test("move items with what lies in them, but not into themselves", () => {
    const drive = driveOf();
    const { number } = drive.create({ name: "Archive", parent: 0, isFolder: true }, 1, now);
    const [child] = drive.childrenOf(2);
    drive.move(2, number, 1, now);
    expect(drive.childrenOf(number).map((item) => item.number)).toEqual([2]);
    expect(drive.childrenOf(0).map((item) => item.number)).not.toContain(2);
    expect(drive.pathOf(need(child).number).map((item) => item.number)).toEqual([0, number, 2]);
    expect(() => drive.move(number, 2, 1, now)).toThrow("cannot be moved into itself");
    drive.move(2, 0, 1, now);
    expect(drive.childrenOf(number)).toEqual([]);
    expect(below(drive, 0)).toHaveLength(drive.count - 1);
  });

  test("trash, restore and delete; a deleted folder takes everything in it along", () => {
    const drive = driveOf();
    const [child] = drive.childrenOf(1);
    drive.trash(1, 1, now);
    expect(drive.at(1)?.trashedAt).toBe(now);
    expect(drive.childrenOf(0).map((item) => item.number)).not.toContain(1);
    drive.restore(1, 1, now);
    expect(drive.childrenOf(0).map((item) => item.number)).toContain(1);
    drive.delete(1, 1, now);
    expect([drive.at(1), drive.at(need(child).number)]).toEqual([undefined, undefined]);
    expect(() => drive.rename(1, "x", 1, now)).toThrow("no such item: 1");
  });
});

test("sharing in effect is the item's own and that of the folders above, until it expires", () => {
  const drive = driveOf();
  const folder = drive.create({ name: "Open", parent: 0, isFolder: true }, 1, now);
  const file = drive.create({ name: "a.txt", parent: folder.number }, 1, now);
  expect(drive.effectiveSharesOf(file.number, now)).toEqual([]);
  const link = drive.share(folder.number, { kind: "anyone", role: "read", expiresAt: now + 10 }, 1, now);
  const guest = drive.share(file.number, { kind: "user", who: "ana@outside.example", role: "write" }, 1, now);
  expect(drive.effectiveSharesOf(file.number, now)).toEqual([
    { ...guest, inherited: false },
    { ...link, inherited: true },
  ]);
  expect(drive.effectiveSharesOf(file.number, now + 10)).toEqual([{ ...guest, inherited: false }]);
  expect(drive.unshare(file.number, guest.id, 1, now)).toBe(true);
  expect(drive.unshare(file.number, guest.id, 1, now)).toBe(false);
  expect(drive.changes(0, 10).changes.map(({ kind }) => kind)).toEqual([
    "created",
    "created",
    "shared",
    "shared",
    "unshared",
  ]);
});
