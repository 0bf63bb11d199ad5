import type { Writable } from "node:stream";

/** Payloads of `next` messages, serialised once for however many sockets. */
export interface SharedPayload {
  jsons: readonly Buffer[];
  /** Of memory, with the frames of it. */
  size: number;
  /** Whole frames of it, one behind the other, by the bytes of the operation's id; all but the id is in place. */
  frames: Map<number, Frames> | null;
  /** All of it as `next` events of an event stream. */
  events: Buffer | null;
}

interface Frames {
  bytes: Buffer;
  idsAt: number[];
}

export function sharedPayload(text: string): SharedPayload {
  const json = Buffer.from(text);
  return { jsons: [json], size: 2 * json.length, frames: null, events: null };
}

/** Several messages that leave in one write. */
export function joinPayloads(payloads: readonly SharedPayload[]): SharedPayload {
  let size = 0;
  for (const payload of payloads) size += payload.size;
  return { jsons: payloads.flatMap(({ jsons }) => jsons), size, frames: null, events: null };
}

const before = '{"id":';
const between = ',"type":"next","payload":';
/** Beyond it a payload is not copied into frames, but written behind a head of its own. */
const largestCopied = 16 * 1024;

type Done = (error?: Error | null) => void;

/**
 * Writes each payload as a `next` message, a text frame of its own, in one write to the socket. `id` as it stands in JSON, quotes
 * included, of `idBytes` bytes. The socket must not be corked.
 */
export function writeNext(socket: Writable, id: string, idBytes: number, payload: SharedPayload, done?: Done): void {
  const { jsons } = payload;
  if (jsons.length === 1 && jsons[0]!.length > largestCopied) {
    writeApart(socket, id, idBytes, jsons[0]!, done);
    return;
  }
  payload.frames ??= new Map();
  let frames = payload.frames.get(idBytes);
  if (!frames) {
    frames = framesFor(idBytes, jsons);
    payload.frames.set(idBytes, frames);
  }
  const { bytes, idsAt } = frames;
  for (const at of idsAt) bytes.write(id, at, idBytes === id.length ? "latin1" : "utf8");
  socket.write(bytes, done);
  // What the socket has not passed on at once it keeps: the next one gets another buffer to put its id in.
  if (socket.writableLength > 0) payload.frames.delete(idBytes);
}

/** The payload as server-sent events. */
export function eventsOf(payload: SharedPayload): Buffer {
  payload.events ??= Buffer.from(payload.jsons.map((json) => `event: next\ndata: ${json}\n\n`).join(""));
  return payload.events;
}

function writeApart(socket: Writable, id: string, idBytes: number, json: Buffer, done?: Done): void {
  const length = messageBytes(idBytes, json);
  const header = headerBytes(length);
  const head = Buffer.allocUnsafe(header + length - json.length - 1);
  writeHeader(head, 0, length);
  head.write(before + id + between, header);
  socket.cork();
  socket.write(head);
  socket.write(json);
  socket.write("}", done);
  socket.uncork();
}

function framesFor(idBytes: number, jsons: readonly Buffer[]): Frames {
  let size = 0;
  for (const json of jsons) {
    const length = messageBytes(idBytes, json);
    size += headerBytes(length) + length;
  }
  const bytes = Buffer.allocUnsafe(size);
  const idsAt: number[] = [];
  let at = 0;
  for (const json of jsons) {
    const length = messageBytes(idBytes, json);
    at = writeHeader(bytes, at, length);
    at += bytes.write(before, at);
    idsAt.push(at);
    at += idBytes;
    at += bytes.write(between, at);
    at += json.copy(bytes, at);
    at += bytes.write("}", at);
  }
  return { bytes, idsAt };
}

function messageBytes(idBytes: number, json: Buffer): number {
  return before.length + idBytes + between.length + json.length + 1;
}

function headerBytes(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10;
}

/** Of an unmasked text frame that is whole. Returns where its text begins. */
function writeHeader(bytes: Buffer, at: number, length: number): number {
  bytes[at] = 0x81;
  if (length < 126) {
    bytes[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    bytes[at + 1] = 126;
    return bytes.writeUInt16BE(length, at + 2);
  }
  bytes[at + 1] = 127;
  bytes.writeUInt32BE(0, at + 2);
  return bytes.writeUInt32BE(length, at + 6);
}
