/** What passes through the pipes between the gateway and the cage: a length of four bytes, a kind of one, and the content. */
export const frameKinds = { detectors: 1, begin: 2, data: 3, end: 4, abandon: 5, ready: 6, result: 7 } as const;
export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds];

export interface Frame {
  kind: number;
  content: Buffer;
}

const headerLength = 5;

export function frameOf(kind: FrameKind, content: Uint8Array = new Uint8Array()): Buffer[] {
  const header = Buffer.alloc(headerLength);
  header.writeUInt32BE(content.length, 0);
  header[4] = kind;
  return [header, Buffer.from(content.buffer, content.byteOffset, content.byteLength)];
}

export const jsonFrame = (kind: FrameKind, value: unknown): Buffer[] =>
  frameOf(kind, Buffer.from(JSON.stringify(value)));

/** Cuts a stream into frames. Throws for a frame that is longer than allowed: the other side is not to be trusted. */
export class FrameReader {
  readonly #maxLength: number;
  #waiting: Buffer[] = [];
  #length = 0;

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  *read(chunk: Buffer): Generator<Frame, void, void> {
    this.#waiting.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= headerLength) {
      const header = this.#peek(headerLength);
      const length = header.readUInt32BE(0);
      if (length > this.#maxLength)
        throw new RangeError(`A frame has ${length} bytes; ${this.#maxLength} are allowed.`);
      if (this.#length < headerLength + length) return;
      const whole = this.#take(headerLength + length);
      yield { kind: whole[4]!, content: whole.subarray(headerLength) };
    }
  }

  #peek(length: number): Buffer {
    if (this.#waiting[0]!.length < length) this.#waiting = [Buffer.concat(this.#waiting)];
    return this.#waiting[0]!;
  }

  #take(length: number): Buffer {
    if (this.#waiting[0]!.length < length) this.#waiting = [Buffer.concat(this.#waiting)];
    const first = this.#waiting[0]!;
    this.#length -= length;
    if (first.length === length) this.#waiting.shift();
    else this.#waiting[0] = first.subarray(length);
    return first.subarray(0, length);
  }
}
