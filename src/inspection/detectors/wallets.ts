import { passesBase58Check, passesBech32, passesEip55, rippleAlphabet } from "../checksums.ts";
import type { Detector } from "../detector.ts";

const words = [
  "wallet",
  "address",
  "bitcoin",
  "btc",
  "ethereum",
  "eth",
  "litecoin",
  "ltc",
  "ripple",
  "xrp",
  "tron",
  "trx",
  "crypto",
];

type Wallet = Pick<Detector, "slug" | "name" | "patterns" | "examples"> & { check: NonNullable<Detector["check"]> };
const wallet = (one: Wallet): Detector => ({
  ...one,
  description: `${one.name}, proved by its checksum.`,
  category: "FINANCIAL",
  countries: [],
  context: { words },
  confidence: { alone: "HIGH" },
});

const base58 = (value: string) => passesBase58Check(value);

export const wallets: readonly Detector[] = [
  wallet({
    slug: "bitcoin-address",
    name: "Bitcoin address",
    patterns: [String.raw`\b[13][1-9A-HJ-NP-Za-km-z]{25,34}\b`, String.raw`\bbc1[02-9ac-hj-np-z]{11,71}\b`],
    check: { name: "checksum", passes: (value) => (value.startsWith("bc1") ? passesBech32(value) : base58(value)) },
    examples: {
      match: ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "pay bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 soon"],
      none: ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"],
    },
  }),
  wallet({
    slug: "bitcoin-private-key",
    name: "Bitcoin private key (WIF)",
    patterns: [String.raw`\b5[HJK][1-9A-HJ-NP-Za-km-z]{49}\b`, String.raw`\b[KL][1-9A-HJ-NP-Za-km-z]{51}\b`],
    check: { name: "Base58Check", passes: base58 },
    examples: {
      match: ["5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"],
      none: ["5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTK"],
    },
  }),
  wallet({
    slug: "ethereum-address",
    name: "Ethereum address",
    patterns: [String.raw`\b0x[0-9a-fA-F]{40}\b`],
    check: { name: "EIP-55 checksum", passes: passesEip55 },
    examples: {
      match: ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"],
      none: ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"],
    },
  }),
  wallet({
    slug: "litecoin-address",
    name: "Litecoin address",
    patterns: [String.raw`\b[LM][1-9A-HJ-NP-Za-km-z]{26,33}\b`, String.raw`\bltc1[02-9ac-hj-np-z]{11,71}\b`],
    check: { name: "checksum", passes: (value) => (value.startsWith("ltc1") ? passesBech32(value) : base58(value)) },
    examples: { match: ["LbzF9wJVhmZPCUh69ZvgRhBNfFscB55JQp"], none: ["LbzF9wJVhmZPCUh69ZvgRhBNfFscB55JQz"] },
  }),
  wallet({
    slug: "ripple-address",
    name: "XRP Ledger address",
    patterns: [String.raw`\br[1-9A-HJ-NP-Za-km-z]{24,34}\b`],
    check: { name: "Base58Check", passes: (value) => passesBase58Check(value, rippleAlphabet) },
    examples: { match: ["rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"], none: ["rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTi"] },
  }),
  wallet({
    slug: "tron-address",
    name: "TRON address",
    patterns: [String.raw`\bT[1-9A-HJ-NP-Za-km-z]{33}\b`],
    check: { name: "Base58Check", passes: base58 },
    examples: { match: ["TFDRTWRrt3ST7sUTQQdiS77QNZZDzL5yTP"], none: ["TFDRTWRrt3ST7sUTQQdiS77QNZZDzL5yTz"] },
  }),
];
