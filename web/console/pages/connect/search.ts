import { textOf } from "../../shared/search.ts";

export interface CatalogueSearch {
  search?: string;
}

export function catalogueSearch(raw: Record<string, unknown>): CatalogueSearch {
  const search = textOf(raw.search);
  return search ? { search } : {};
}

export interface ConnectSearch {
  /** The instance that is being connected. */
  instance?: string;
}

export function connectSearch(raw: Record<string, unknown>): ConnectSearch {
  const instance = textOf(raw.instance);
  return instance ? { instance } : {};
}
