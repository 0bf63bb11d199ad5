import { parseNetwork } from "#src/inventory/enrichment/address.ts";

type Value = string | number | { double: number } | { [name: string]: Value };

/**
 * A small database in MaxMind's format (https://maxmind.github.io/MaxMind-DB/): records of 24 bits, IPv4 below ::/96.
 * Numbers are unsigned, of 32 bits.
 */
export function writeMmdb(type: string, networks: Record<string, Value>): Buffer {
  type Node = [Leaf | Node | null, Leaf | Node | null];
  interface Leaf {
    offset: number;
  }
  const root: Node = [null, null];
  const data: Buffer[] = [];
  for (const [cidr, value] of Object.entries(networks)) {
    const network = parseNetwork(cidr);
    const bits = network.bits + (network.family === 4 ? 96 : 0);
    const leaf = { offset: Buffer.concat(data).length };
    data.push(encode(value));
    let node = root;
    for (let depth = 0; depth < bits; depth++) {
      const side = Number((network.first >> BigInt(127 - depth)) & 1n) as 0 | 1;
      if (depth === bits - 1) node[side] = leaf;
      else {
        node[side] ??= [null, null];
        node = node[side] as Node;
      }
    }
  }
  const nodes: Node[] = [];
  const walk = (node: Node): void => {
    nodes.push(node);
    for (const side of node) if (Array.isArray(side)) walk(side);
  };
  walk(root);
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [index, node] of nodes.entries())
    for (const [side, to] of node.entries()) {
      const record =
        to === null ? nodes.length : Array.isArray(to) ? nodes.indexOf(to) : nodes.length + 16 + (to as Leaf).offset;
      tree.writeUIntBE(record, index * 6 + side * 3, 3);
    }
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_790_000_000,
    database_type: type,
    ip_version: 6,
    node_count: nodes.length,
    record_size: 24,
  });
  const marker = Buffer.from("abcdef4d61784d696e642e636f6d", "hex");
  return Buffer.concat([tree, Buffer.alloc(16), ...data, marker, metadata]);
}

function encode(value: Value): Buffer {
  if (typeof value === "string") return Buffer.concat([head(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([head(6, 4), bytes]);
  }
  if ("double" in value) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value.double as number);
    return Buffer.concat([head(3, 8), bytes]);
  }
  const entries = Object.entries(value as Record<string, Value>);
  return Buffer.concat([head(7, entries.length), ...entries.flatMap(([name, one]) => [encode(name), encode(one)])]);
}

function head(type: number, size: number): Buffer {
  return size < 29 ? Buffer.from([(type << 5) | size]) : Buffer.from([(type << 5) | 29, size - 29]);
}
