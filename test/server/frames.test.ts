import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { joinPayloads, sharedPayload, writeNext } from "#src/server/frames.ts";

/** Takes everything at once, as a quick socket does. */
function quickSocket() {
  const writes: Buffer[] = [];
  const socket = new Writable({
    highWaterMark: 1024 * 1024,
    write(chunk, _, done) {
      writes.push(Buffer.from(chunk));
      done();
    },
    writev(chunks, done) {
      writes.push(Buffer.concat(chunks.map(({ chunk }) => chunk)));
      done();
    },
  });
  return { socket, writes };
}

/** The texts of unmasked frames. */
function textsOf(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    expect(bytes[at]).toBe(0x81);
    const short = bytes[at + 1]!;
    const [length, header] =
      short < 126
        ? [short, 2]
        : short === 126
          ? [bytes.readUInt16BE(at + 2), 4]
          : [Number(bytes.readBigUInt64BE(at + 2)), 10];
    texts.push(bytes.toString("utf8", at + header, at + header + length));
    at += header + length;
  }
  return texts;
}

const bytesOf = (id: string) => Buffer.byteLength(id);

test.each([1, 60, 125, 126, 500, 16_383, 16_384, 16_385, 65_000, 65_535, 65_536, 200_000])(
  "a payload of %i bytes is a frame of its own, in one write",
  (size) => {
    const json = JSON.stringify({ data: "x".repeat(size) });
    const payload = sharedPayload(json);
    const ids = ["1", "2", "é", "a longer id", 'quotes " in it', "日本"].map((id) => JSON.stringify(id));
    const { socket, writes } = quickSocket();
    for (const id of ids) writeNext(socket, id, bytesOf(id), payload);
    expect(writes.map((bytes) => textsOf(bytes))).toEqual(
      ids.map((id) => [`{"id":${id},"type":"next","payload":${json}}`]),
    );
  },
);

test("several messages leave in one write, in order", () => {
  const payload = joinPayloads(["{}", '{"a":"é"}', JSON.stringify("y".repeat(300))].map(sharedPayload));
  const { socket, writes } = quickSocket();
  writeNext(socket, '"7"', 3, payload);
  writeNext(socket, '"8"', 3, payload);
  expect(writes.map((bytes) => textsOf(bytes).map((text) => JSON.parse(text)))).toEqual(
    ["7", "8"].map((id) => [{}, { a: "é" }, "y".repeat(300)].map((value) => ({ id, type: "next", payload: value }))),
  );
});

test("a socket that keeps the bytes for later keeps its own", async () => {
  const payload = sharedPayload('{"data":1}');
  const late: unknown[] = [];
  const slow = new Writable({
    write(chunk, _, done) {
      setTimeout(() => {
        late.push(JSON.parse(textsOf(chunk)[0]!).id);
        done();
      }, 5);
    },
  });
  const { socket, writes } = quickSocket();
  writeNext(slow, '"s"', 3, payload);
  writeNext(socket, '"1"', 3, payload);
  await new Promise<void>((resolve) => writeNext(slow, '"t"', 3, payload, () => resolve()));
  expect(late).toEqual(["s", "t"]);
  expect(JSON.parse(textsOf(writes[0]!)[0]!).id).toBe("1");
});
