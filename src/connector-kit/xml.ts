import { XMLParser } from "fast-xml-parser";
import { ProviderResponseError } from "#src/errors.ts";

/** Elements by local name; repeated ones as lists, attributes with `@`. */
export type Xml = { [name: string]: XmlValue | undefined };
export type XmlValue = string | Xml | XmlValue[];

export interface XmlOptions {
  /** Names of elements that are always lists: providers write one row as an element and two as a list. */
  lists?: readonly string[];
  /** Characters. Default 16 Mi. */
  maxLength?: number;
  /** Elements within elements. Default 64. */
  maxDepth?: number;
}

/**
 * A parser of a provider's XML documents. All values are texts. Document types are refused, and with them entities of the document's own;
 * `&amp;` and its like are undone. Throws ProviderResponseError for what is no such document.
 */
export function xmlReader(options: XmlOptions = {}): (text: string) => Xml {
  const { lists = [], maxLength = 16 * 1024 * 1024, maxDepth = 64 } = options;
  const always = new Set(lists);
  const parser = new XMLParser({
    removeNSPrefix: true,
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    parseTagValue: false,
    parseAttributeValue: false,
    maxNestedTags: maxDepth,
    isArray: (name) => always.has(name),
  });
  return (text) => {
    if (text.length > maxLength) throw new ProviderResponseError("The XML answer is longer than Gatehouse reads.", "$");
    // Anywhere, also where it would mean nothing: the parser looks for it everywhere.
    if (/<!DOCTYPE/i.test(text))
      throw new ProviderResponseError("The XML answer has a document type, which is refused.", "$");
    try {
      return parser.parse(text, true) as Xml;
    } catch {
      // No cause: the parser quotes the document.
      throw new ProviderResponseError("The XML answer is not well-formed.", "$");
    }
  };
}

/** The named element; an empty one when there is none. */
export function child(node: Xml, name: string): Xml {
  const value = node[name];
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === "object" && !Array.isArray(first) ? first : {};
}

/** All elements of that name that hold elements or attributes. */
export function children(node: Xml, name: string): Xml[] {
  const value = node[name];
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.filter((item): item is Xml => typeof item === "object" && !Array.isArray(item));
}

/** The text of the named element, trimmed; null when it is empty or not there. */
export function textIn(node: Xml, name: string): string | null {
  const value = node[name];
  const first = Array.isArray(value) ? value[0] : value;
  const found = typeof first === "object" && !Array.isArray(first) ? first["#text"] : first;
  return typeof found === "string" && found.trim() !== "" ? found.trim() : null;
}

/** `1`, `true`, `0`, `false`; null when it is not there, which is not the same as no. */
export function flagIn(node: Xml, name: string): boolean | null {
  const value = textIn(node, name)?.toLowerCase();
  return value === undefined ? null : value === "1" || value === "true";
}

/** For texts and attributes of documents that we write. */
export function escapeXml(value: string | number | boolean): string {
  return String(value).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
