import { SaxesParser } from "saxes";
import { type Reading, UnreadablePart } from "./reading.ts";

const maxDepth = 500;
/** A text or an attribute that never ends would be collected in memory. */
const maxWithoutEvent = 8 * 1024 * 1024;

export interface XmlHandler {
  /** Local name, without its namespace prefix. */
  open?: (name: string, attributes: Readonly<Record<string, string>>) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
}

/**
 * Reads XML as it is unpacked. Entities of the document's own are refused unread: in the formats that are read here they serve only to blow up.
 * Throws UnreadablePart, LimitReached.
 */
export async function readXml(chunks: AsyncIterable<Buffer>, reading: Reading, handler: XmlHandler): Promise<void> {
  const parser = new SaxesParser();
  let depth = 0;
  let sinceEvent = 0;
  parser.on("error", (error) => {
    throw new UnreadablePart("CORRUPT", "Its XML is not well formed.", { cause: error });
  });
  parser.on("doctype", () => {
    throw new UnreadablePart("CORRUPT", "Its XML declares entities of its own.");
  });
  parser.on("opentag", ({ name, attributes }) => {
    sinceEvent = 0;
    if (++depth > maxDepth) throw new UnreadablePart("CORRUPT", "Its XML is nested too deep.");
    handler.open?.(localName(name), attributes as Record<string, string>);
  });
  parser.on("text", (text) => {
    sinceEvent = 0;
    handler.text?.(text);
  });
  parser.on("closetag", ({ name }) => {
    sinceEvent = 0;
    depth--;
    handler.close?.(localName(name));
  });
  let decoder: TextDecoder | null = null;
  for await (const chunk of chunks) {
    sinceEvent += chunk.length;
    if (sinceEvent > maxWithoutEvent) throw new UnreadablePart("CORRUPT", "Its XML has a text without an end.");
    decoder ??= new TextDecoder(
      chunk[0] === 0xff && chunk[1] === 0xfe
        ? "utf-16le"
        : chunk[0] === 0xfe && chunk[1] === 0xff
          ? "utf-16be"
          : "utf-8",
    );
    parser.write(decoder.decode(chunk, { stream: true }));
    reading.checkTime();
  }
  parser.close();
}

const localName = (name: string) => name.slice(name.indexOf(":") + 1);
