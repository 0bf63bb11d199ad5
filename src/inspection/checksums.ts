import { createHash } from "node:crypto";
import { keccak256 } from "./keccak.ts";

const digitsOf = (value: string): number[] => [...value.replace(/\D/g, "")].map(Number);

/** ISO/IEC 7812-1 annex B. */
export function passesLuhn(value: string): boolean {
  const digits = digitsOf(value).reverse();
  // Zeros only pass, and are a blank form.
  if (digits.length < 2 || digits.every((digit) => digit === digits[0])) return false;
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

/** The sum of digits times weights; digits beyond the weights do not count. */
function weighted(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * (digits[index] ?? 0), 0);
}

/** NHS number, modulus 11. Source: https://www.datadictionary.nhs.uk/attributes/nhs_number.html */
export function isNhsNumber(value: string): boolean {
  const digits = digitsOf(value);
  if (digits.length !== 10 || digits.every((digit) => digit === digits[0])) return false;
  const check = (11 - (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  return check !== 10 && check === digits[9];
}

/** Australian Medicare card: the ninth digit checks the eight before it; the first is 2 to 6. Source: https://meteor.aihw.gov.au/content/270101 */
export function isAustralianMedicare(value: string): boolean {
  const digits = digitsOf(value);
  return (
    (digits.length === 10 || digits.length === 11) &&
    weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === digits[8] &&
    digits[0]! >= 2 &&
    digits[0]! <= 6
  );
}

/** Registration number of the US Drug Enforcement Administration: two letters, six digits and their check digit. */
export function isDeaNumber(value: string): boolean {
  const digits = digitsOf(value.slice(2));
  if (digits.length !== 7 || digits.every((digit) => digit === 0)) return false;
  return weighted(digits, [1, 2, 1, 2, 1, 2]) % 10 === digits[6];
}

/** National Provider Identifier: Luhn with the prefix 80840. Source: https://www.cms.gov/Regulations-and-Guidance/Administrative-Simplification/NationalProvIdentStand/Downloads/NPIcheckdigit.pdf */
export const isProviderIdentifier = (value: string): boolean => passesLuhn(`80840${value}`);

/** German health insurance number: the letter counts as its two-digit place in the alphabet. Source: https://de.wikipedia.org/wiki/Krankenversichertennummer */
export function isGermanHealthInsurance(value: string): boolean {
  const place = value.toUpperCase().charCodeAt(0) - 64;
  const digits = digitsOf(`${String(place).padStart(2, "0")}${value.slice(1)}`);
  if (digits.length !== 11) return false;
  const sum = digits.slice(0, 10).reduce((total, digit, index) => {
    const product = digit * (index % 2 === 0 ? 1 : 2);
    return total + Math.floor(product / 10) + (product % 10);
  }, 0);
  return sum % 10 === digits[10];
}

/** Routing number of a US bank. Source: https://www.aba.com/about-us/routing-number */
export function isRoutingNumber(value: string): boolean {
  const digits = digitsOf(value);
  if (digits.length !== 9 || digits.every((digit) => digit === 0)) return false;
  return weighted(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0;
}

/** Check digits of ICAO 9303: weights 7, 3, 1; letters count from 10; `<` is 0. */
export function passesIcao9303(field: string, check: string): boolean {
  let sum = 0;
  for (const [index, character] of [...field].entries()) {
    const amount = character === "<" ? 0 : Number.parseInt(character, 36);
    if (Number.isNaN(amount)) return false;
    sum += amount * [7, 3, 1][index % 3]!;
  }
  return String(sum % 10) === (check === "<" ? "0" : check);
}

/** The second line of a passport's machine-readable zone (TD3), or the second of a visa of the same size. */
export function isPassportLine(line: string): boolean {
  const lower = line.replace(/\s/g, "");
  return (
    lower.length === 44 &&
    passesIcao9303(lower.slice(0, 9), lower[9]!) &&
    passesIcao9303(lower.slice(13, 19), lower[19]!) &&
    passesIcao9303(lower.slice(21, 27), lower[27]!)
  );
}

/** The first two lines of an identity card's machine-readable zone (TD1): document number, birth and expiry. */
export function isIdentityCardZone(zone: string): boolean {
  const [upper = "", lower = ""] = zone.split(/\r?\n/);
  return (
    upper.length === 30 &&
    lower.length === 30 &&
    passesIcao9303(upper.slice(5, 14), upper[14]!) &&
    passesIcao9303(lower.slice(0, 6), lower[6]!) &&
    passesIcao9303(lower.slice(8, 14), lower[14]!)
  );
}

const bitcoinAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
export const rippleAlphabet = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

/** Base58Check: the last four bytes are the beginning of SHA-256 of SHA-256. Source: https://en.bitcoin.it/wiki/Base58Check_encoding */
export function passesBase58Check(value: string, alphabet = bitcoinAlphabet): boolean {
  let number = 0n;
  for (const character of value) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) return false;
    number = number * 58n + BigInt(digit);
  }
  const zeros = [...value].findIndex((character) => character !== alphabet[0]);
  if (zeros < 0) return false;
  const hex = number.toString(16);
  const bytes = Buffer.concat([Buffer.alloc(zeros), Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex")]);
  const sha256 = (data: Buffer) => createHash("sha256").update(data).digest();
  return (
    bytes.length > 4 &&
    sha256(sha256(bytes.subarray(0, -4)))
      .subarray(0, 4)
      .equals(bytes.subarray(-4))
  );
}

/** Bech32 and Bech32m. Source: https://github.com/bitcoin/bips/blob/master/bip-0350.mediawiki */
export function passesBech32(value: string): boolean {
  const text = value.toLowerCase();
  const separator = text.lastIndexOf("1");
  const prefix = text.slice(0, separator);
  const data = [...text.slice(separator + 1)].map((character) => "qpzry9x8gf2tvdw0s3jn54khce6mua7l".indexOf(character));
  if (separator < 1 || data.length < 6 || data.includes(-1)) return false;
  const codes = [...prefix].map((character) => character.charCodeAt(0));
  let sum = 1;
  for (const part of [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...data]) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ part;
    for (const [bit, generator] of [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].entries())
      if ((top >>> bit) & 1) sum ^= generator;
  }
  return sum === 1 || sum === 0x2bc830a3;
}

/** Mixed case is the checksum; an address in one case has none. Source: https://eips.ethereum.org/EIPS/eip-55 */
export function passesEip55(value: string): boolean {
  const letters = value.slice(2);
  if (letters === letters.toLowerCase() || letters === letters.toUpperCase()) return false;
  const hash = keccak256(Buffer.from(letters.toLowerCase(), "ascii")).toString("hex");
  return [...letters].every((letter, index) => {
    const isUpper = Number.parseInt(hash[index]!, 16) >= 8;
    return letter === (isUpper ? letter.toUpperCase() : letter.toLowerCase());
  });
}

/** Shannon entropy in bits a character. */
export function entropyOf(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
