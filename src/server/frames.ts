import type { Writable } from "node:stream";

/** The payload of `next` messages, serialised once for however many sockets. */
export interface SharedPayload {
  json: Buffer;
  size: number;
  /** The newest frame made of it: whose operation has the same id gets the same bytes. */
  newest: { id: string; frame: Buffer } | null;
}

export function sharedPayload(text: string): SharedPayload {
  const json = Buffer.from(text);
  return { json, size: json.length, newest: null };
}

const before = '{"id":';
const between = ',"type":"next","payload":';
const closing = 0x7d;
/** Beyond it a payload is not copied for each socket, but written behind a head of its own. */
const largestCopied = 16 * 1024;

/** Writes one `next` message as one text frame, in one write to the socket. `id` as it stands in JSON, quotes included. */
export function writeNext(
  socket: Writable,
  id: string,
  payload: SharedPayload,
  done?: (error?: Error | null) => void,
): void {
  if (payload.size <= largestCopied) {
    if (payload.newest?.id !== id) payload.newest = { id, frame: wholeFrame(id, payload.json) };
    socket.write(payload.newest.frame, done);
    return;
  }
  const text = before + id + between;
  const head = frameHead(text, Buffer.byteLength(text) + payload.json.length + 1, 0);
  socket.cork();
  socket.write(head);
  socket.write(payload.json);
  socket.write("}", done);
  socket.uncork();
}

function wholeFrame(id: string, json: Buffer): Buffer {
  const text = before + id + between;
  const rest = json.length + 1;
  const frame = frameHead(text, Buffer.byteLength(text) + rest, rest);
  json.copy(frame, frame.length - rest);
  frame[frame.length - 1] = closing;
  return frame;
}

/** Header of an unmasked text frame of `length` bytes and the text it begins with; room for `rest` more behind. */
function frameHead(text: string, length: number, rest: number): Buffer {
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + (rest > 0 ? length : Buffer.byteLength(text)));
  frame[0] = 0x81;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(length, 6);
  }
  frame.write(text, header);
  return frame;
}
