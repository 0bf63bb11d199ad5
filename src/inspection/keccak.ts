/**
 * Keccak-256 with the padding of the original submission, as Ethereum uses it; Node's SHA3-256 pads otherwise.
 * Source: https://keccak.team/keccak_specs_summary.html
 */
export function keccak256(message: Buffer): Buffer {
  const rate = 136;
  const padded = Buffer.alloc((Math.floor(message.length / rate) + 1) * rate);
  message.copy(padded);
  padded[message.length]! ^= 0x01;
  padded[padded.length - 1]! ^= 0x80;
  const state = new BigUint64Array(25);
  for (let block = 0; block < padded.length; block += rate) {
    for (let lane = 0; lane < rate / 8; lane++) state[lane]! ^= padded.readBigUInt64LE(block + lane * 8);
    permute(state);
  }
  const out = Buffer.alloc(32);
  for (let lane = 0; lane < 4; lane++) out.writeBigUInt64LE(state[lane]!, lane * 8);
  return out;
}

const mask = (1n << 64n) - 1n;
const rotate = (lane: bigint, by: bigint) => ((lane << by) | (lane >> (64n - by))) & mask;

function permute(state: BigUint64Array): void {
  let register = 1;
  /** One bit of the linear feedback shift register that makes the round constants. */
  const nextBit = () => {
    const bit = register & 1;
    register = (register << 1) ^ ((register >> 7) * 0x171);
    return bit;
  };
  for (let round = 0; round < 24; round++) {
    const columns = Array.from({ length: 5 }, (_, x) => [0, 5, 10, 15, 20].reduce((sum, y) => sum ^ state[x + y]!, 0n));
    for (let x = 0; x < 5; x++) {
      const parity = columns[(x + 4) % 5]! ^ rotate(columns[(x + 1) % 5]!, 1n);
      for (let y = 0; y < 25; y += 5) state[x + y]! ^= parity;
    }
    let [x, y] = [1, 0];
    let moved = state[1]!;
    for (let step = 0; step < 24; step++) {
      [x, y] = [y, (2 * x + 3 * y) % 5];
      const place = x + 5 * y;
      const next = state[place]!;
      state[place] = rotate(moved, BigInt((((step + 1) * (step + 2)) / 2) % 64));
      moved = next;
    }
    for (let row = 0; row < 25; row += 5) {
      const lanes = [...state.subarray(row, row + 5)];
      for (let lane = 0; lane < 5; lane++)
        state[row + lane] = lanes[lane]! ^ (~lanes[(lane + 1) % 5]! & mask & lanes[(lane + 2) % 5]!);
    }
    for (let power = 0; power < 7; power++) if (nextBit()) state[0]! ^= 1n << BigInt((1 << power) - 1);
  }
}
