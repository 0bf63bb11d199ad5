import { UnreadablePart } from "./reading.ts";

/** Groups that hold fonts, pictures and settings instead of text. */
const skipped = new Set(
  "fonttbl colortbl stylesheet listtable listoverridetable pict objdata themedata colorschememapping datastore latentstyles rsidtbl xmlnstbl filetbl generator".split(
    " ",
  ),
);
const breaks = new Set(["par", "line", "row", "sect", "page", "softline"]);
const maxDepth = 1_000;

/** Text of a Rich Text document. Source: Rich Text Format Specification 1.9.1. Throws UnreadablePart. */
export function textOfRtf(bytes: Uint8Array): string {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const windows = new TextDecoder("windows-1252");
  const out: string[] = [];
  /** Of each open group: whether it is skipped, and how many characters follow a \u for readers without Unicode. */
  const groups: { skip: boolean; fallback: number }[] = [{ skip: false, fallback: 1 }];
  let toDrop = 0;
  const put = (text: string) => {
    if (groups.at(-1)!.skip) return;
    if (toDrop > 0) toDrop--;
    else out.push(text);
  };
  const token = /\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z])|([{}])|\r?\n|([^\\{}\r\n])/gy;
  for (const [whole, byte, word, argument, symbol, brace, character] of source.matchAll(token)) {
    const group = groups.at(-1)!;
    if (brace === "{") {
      if (groups.push({ ...group }) > maxDepth) throw new UnreadablePart("CORRUPT", "Its groups are nested too deep.");
    } else if (brace === "}") {
      if (groups.length > 1) groups.pop();
    } else if (byte !== undefined) put(windows.decode(Buffer.from(byte, "hex")));
    else if (word !== undefined) {
      if (skipped.has(word)) group.skip = true;
      else if (word === "uc") group.fallback = Number(argument ?? 1);
      else if (word === "u") {
        put(String.fromCharCode(Number(argument ?? 0) & 0xffff));
        toDrop = group.fallback;
      } else if (word === "tab" || word === "cell") put("\t");
      else if (breaks.has(word)) put("\n");
    } else if (symbol !== undefined) {
      if (symbol === "~") put(" ");
      else if (symbol === "_") put("-");
      else if (symbol === "\\" || symbol === "{" || symbol === "}") put(symbol);
    } else if (character !== undefined) put(character);
    else if (whole === "") break;
  }
  return out.join("");
}
