import type { Writable } from "node:stream";

/** The payload of `next` messages, serialised once for however many sockets. */
export interface SharedPayload {
  json: Buffer;
  /** Of memory, with a frame of it. */
  size: number;
  /** Whole frames of it, by the bytes of the operation's id; all but the id is in place. */
  frames: Map<number, { bytes: Buffer; idAt: number }> | null;
}

export function sharedPayload(text: string): SharedPayload {
  const json = Buffer.from(text);
  return { json, size: 2 * json.length, frames: null };
}

const before = '{"id":';
const between = ',"type":"next","payload":';
/** Beyond it a payload is not copied into frames, but written behind a head of its own. */
const largestCopied = 16 * 1024;

type Done = (error?: Error | null) => void;

/**
 * Writes one `next` message as one text frame, in one write to the socket. `id` as it stands in JSON, quotes included.
 * The socket must not be corked.
 */
export function writeNext(socket: Writable, id: string, idBytes: number, payload: SharedPayload, done?: Done): void {
  if (payload.json.length > largestCopied) {
    writeApart(socket, id, idBytes, payload.json, done);
    return;
  }
  payload.frames ??= new Map();
  let frame = payload.frames.get(idBytes);
  if (!frame) {
    frame = frameFor(idBytes, payload.json);
    payload.frames.set(idBytes, frame);
  }
  frame.bytes.write(id, frame.idAt, idBytes === id.length ? "latin1" : "utf8");
  socket.write(frame.bytes, done);
  // What the socket has not passed on at once it keeps: the next one gets another buffer to put its id in.
  if (socket.writableLength > 0) payload.frames.delete(idBytes);
}

function writeApart(socket: Writable, id: string, idBytes: number, json: Buffer, done?: Done): void {
  const length = before.length + idBytes + between.length + json.length + 1;
  const header = headerBytes(length);
  const head = Buffer.allocUnsafe(header + length - json.length - 1);
  writeHeader(head, length);
  head.write(before + id + between, header);
  socket.cork();
  socket.write(head);
  socket.write(json);
  socket.write("}", done);
  socket.uncork();
}

function frameFor(idBytes: number, json: Buffer): { bytes: Buffer; idAt: number } {
  const length = before.length + idBytes + between.length + json.length + 1;
  const header = headerBytes(length);
  const bytes = Buffer.allocUnsafe(header + length);
  writeHeader(bytes, length);
  bytes.write(before, header);
  const idAt = header + before.length;
  bytes.write(between, idAt + idBytes);
  json.copy(bytes, bytes.length - json.length - 1);
  bytes.write("}", bytes.length - 1);
  return { bytes, idAt };
}

function headerBytes(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10;
}

/** Of an unmasked text frame that is whole. */
function writeHeader(frame: Buffer, length: number): void {
  frame[0] = 0x81;
  if (length < 126) frame[1] = length;
  else if (length < 65_536) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(length, 6);
  }
}
