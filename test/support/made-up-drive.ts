import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { ensure, fileOf } from "#src/connector-kit/actions.ts";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { ActionFunction } from "#src/connector-kit/contract/actions.ts";
import type { ActionFact } from "#src/connector-kit/contract/manifest.ts";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import { ConflictError, ProviderNotFoundError, ProviderRequestError, ProviderUnavailableError } from "#src/errors.ts";
import { madeUp } from "./made-up-connector.ts";

/** A file as the drive has it. */
export interface DriveFile {
  id: string;
  name: string;
  content: string;
  version: number;
  parent: string;
  link: "PUBLIC" | "INTERNAL" | null;
  /** E-mail addresses. */
  readers: string[];
  owner: string;
  editor: string;
  labels: string[];
  trashed: boolean;
}

/**
 * A drive behind HTTP, so that worker processes can use it too: a listing that is a feed of changes, content, and changes of a file. Gatehouse
 * connects to it by the connector below, whose only setting is the address.
 */
export class MadeUpDrive {
  readonly files = new Map<string, DriveFile>();
  /** Changes that Gatehouse made, in order: `link null of a`. */
  readonly changes: string[] = [];
  /** Downloads, in order. */
  readonly downloads: string[] = [];
  /** Ids of files that a user has checked out. */
  readonly locked = new Set<string>();
  /** Names of folders that there are. */
  readonly folders = new Set(["root", "quarantine"]);
  /** Runs before a download is answered. */
  beforeDownload: (id: string) => Promise<void> | void = () => {};
  readonly #log: string[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request).then(
        ({ status, body }) => {
          response.writeHead(status, { "content-type": "application/json" });
          response.end(typeof body === "string" ? body : JSON.stringify(body));
        },
        (error: unknown) => response.destroy(error as Error),
      );
    });
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await new Promise((listening) => this.#server.once("listening", listening));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<unknown> {
    this.#server.closeAllConnections();
    return new Promise((closed) => this.#server.close(closed));
  }

  /** A user creates a file, or changes it. A new content is a new version. */
  put(id: string, change: Partial<DriveFile> = {}): void {
    const before = this.files.get(id) ?? {
      id,
      name: `${id}.txt`,
      content: "Nothing to see.",
      version: 0,
      parent: "root",
      link: null,
      readers: [],
      owner: "u1",
      editor: "u2",
      labels: [],
      trashed: false,
    };
    const isNew = change.content !== undefined || before.version === 0;
    this.files.set(id, { ...before, ...change, version: before.version + (isNew ? 1 : 0) });
    this.#log.push(id);
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const url = new URL(request.url!, "http://drive");
    const [, , id = "", part] = url.pathname.split("/");
    if (id === "") {
      const after = Number(url.searchParams.get("after") ?? 0);
      const ids = new Set(this.#log.slice(after));
      return { status: 200, body: { files: [...ids].map((one) => this.files.get(one)), next: this.#log.length } };
    }
    const file = this.files.get(id);
    if (!file) return { status: 404, body: {} };
    if (part === "content") {
      this.downloads.push(id);
      const { content } = file;
      await this.beforeDownload(id);
      return { status: 200, body: content };
    }
    if (request.method === "GET") return { status: 200, body: file };
    if (this.locked.has(id)) return { status: 423, body: {} };
    const change = JSON.parse(await text(request)) as Partial<DriveFile>;
    if (change.parent !== undefined && !this.folders.has(change.parent))
      return { status: 409, body: { message: `There is no folder "${change.parent}".` } };
    for (const [name, value] of Object.entries(change)) this.changes.push(`${name} ${JSON.stringify(value)} of ${id}`);
    this.put(id, change);
    return { status: 200, body: this.files.get(id) };
  }
}

async function call(url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((cause: unknown) => {
    throw new ProviderUnavailableError("The drive does not answer.", { cause });
  });
  if (response.status === 404) throw new ProviderNotFoundError("The drive has no such file.");
  if (response.status === 409) throw new ConflictError(((await response.json()) as { message: string }).message);
  if (!response.ok)
    throw new ProviderRequestError(`The drive answered ${response.status}.`, { status: response.status });
  return response;
}

function itemsOf(one: DriveFile): FileItem[] {
  return [
    {
      kind: "file",
      externalId: one.id,
      container: "drive",
      name: one.name,
      parentId: one.parent,
      path: `/${one.parent}/${one.name}`,
      isFolder: false,
      mimeType: "text/plain",
      size: one.content.length,
      owner: { externalId: one.owner },
      modifiedBy: { externalId: one.editor },
      sharing: one.link ?? (one.readers.length > 0 ? "INTERNAL" : "PRIVATE"),
      link: one.link === null ? null : { audience: one.link, url: `https://drive.example/${one.id}` },
      labels: one.labels,
      modifiedAt: new Date(Date.UTC(2026, 10, 20, 8, 0, one.version)),
      trashedAt: one.trashed ? new Date("2026-11-21T08:00:00Z") : null,
      quarantined: one.parent === "quarantine",
      version: String(one.version),
      raw: { id: one.id, link: one.link, parent: one.parent, readers: one.readers, labels: one.labels },
    },
    ...one.readers.map(
      (email): FileItem => ({ kind: "collaborator", fileId: one.id, principal: "USER", email, role: "READ" }),
    ),
  ];
}

type State = Pick<DriveFile, "link" | "parent" | "readers" | "trashed" | "labels">;

function changing(change: (state: State, parameters: Record<string, unknown>) => Partial<State>): ActionFunction {
  return (context, target) => {
    const url = `${context.settings.url}/files/${fileOf(target).externalId}`;
    const wanted = (state: State) => change(state, target.parameters);
    return ensure<Record<string, unknown> & State>({
      target,
      read: async () => {
        const { link, parent, readers, trashed, labels } = (await (await call(url)).json()) as DriveFile;
        return { link, parent, readers, trashed, labels };
      },
      wanted: (state) =>
        Object.entries(wanted(state)).every(
          ([name, value]) => JSON.stringify(state[name as keyof State]) === JSON.stringify(value),
        ),
      write: (state) => call(url, { method: "PATCH", body: JSON.stringify(wanted(state)) }),
    });
  };
}

const isOutside = (email: string) => !email.endsWith("@example.com");

const actions = {
  REMOVE_PUBLIC_SHARING: changing(({ link }) => ({ link: link === "PUBLIC" ? null : link })),
  REDUCE_PUBLIC_ACCESS: changing(({ link }) => ({ link: link === "PUBLIC" ? "INTERNAL" : link })),
  REMOVE_EXTERNAL_USERS: changing(({ readers }) => ({ readers: readers.filter((email) => !isOutside(email)) })),
  MAKE_PRIVATE: changing(() => ({ link: null, readers: [] })),
  QUARANTINE_FILE: changing(() => ({ parent: "quarantine", link: null, readers: [] })),
  TRASH_FILE: changing(() => ({ trashed: true })),
  APPLY_LABEL: changing(({ labels }, { label }) => ({ labels: [...new Set([...labels, String(label)])] })),
  RESTORE_FILE: changing((_, { before }) => {
    const { link, parent, readers, trashed } = (before ?? { parent: "root", trashed: false }) as State;
    return JSON.parse(JSON.stringify({ link, parent, readers, trashed })) as Partial<State>;
  }),
};

/** `made-up-drive`. */
export function driveConnector(): Connector {
  const undo = { scopes: ["files"], undo: "RESTORE_FILE" } as const;
  const facts: Record<keyof typeof actions, ActionFact> = {
    REMOVE_PUBLIC_SHARING: { ...undo, note: "The link ends at once." },
    REDUCE_PUBLIC_ACCESS: undo,
    REMOVE_EXTERNAL_USERS: undo,
    MAKE_PRIVATE: undo,
    QUARANTINE_FILE: undo,
    TRASH_FILE: undo,
    APPLY_LABEL: { scopes: ["labels"] },
    RESTORE_FILE: { scopes: ["files"] },
  };
  return madeUp({
    manifest: {
      slug: "made-up-drive",
      name: "Made-up Drive",
      settings: { url: { label: "Address" } },
      streams: { FILES: { everySeconds: 60, scopes: ["files"], fullListing: false } },
      actions: facts,
    },
    streams: {
      FILES: async function* (context, cursor) {
        const url = `${context.settings.url}/files/${cursor === null ? "" : `?after=${cursor}`}`;
        const { files, next } = (await (await call(url)).json()) as { files: DriveFile[]; next: number };
        yield { items: files.flatMap(itemsOf), cursor: String(next) };
      },
    },
    actions,
    readContent: async function* (context, { externalId }) {
      const response = await call(`${context.settings.url}/files/${externalId}/content`);
      yield new Uint8Array(await response.arrayBuffer());
    },
  });
}
