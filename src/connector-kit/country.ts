/** Names that providers use for countries where they differ from the Unicode ones, in lower case. */
const aliases: Readonly<Record<string, string>> = {
  "bolivia, plurinational state of": "BO",
  "bosnia and herzegovina": "BA",
  "brunei darussalam": "BN",
  burma: "MM",
  "cabo verde": "CV",
  congo: "CG",
  "congo, the democratic republic of the": "CD",
  "democratic republic of the congo": "CD",
  "republic of the congo": "CG",
  "czech republic": "CZ",
  "hong kong": "HK",
  "iran, islamic republic of": "IR",
  "ivory coast": "CI",
  "korea, republic of": "KR",
  "republic of korea": "KR",
  "lao people's democratic republic": "LA",
  macao: "MO",
  macau: "MO",
  macedonia: "MK",
  "moldova, republic of": "MD",
  myanmar: "MM",
  palestine: "PS",
  "russian federation": "RU",
  "saint kitts and nevis": "KN",
  swaziland: "SZ",
  "syrian arab republic": "SY",
  "taiwan, province of china": "TW",
  "tanzania, united republic of": "TZ",
  "the netherlands": "NL",
  "trinidad and tobago": "TT",
  turkey: "TR",
  türkiye: "TR",
  uk: "GB",
  "united states of america": "US",
  "vatican city": "VA",
  "venezuela, bolivarian republic of": "VE",
  "viet nam": "VN",
};

let codes: Map<string, string> | null = null;

/** `France` → `FR`; null when the name is not one of a country. */
export function countryCode(name: string | null): string | null {
  if (!name) return null;
  codes ??= readCodes();
  const key = name.trim().toLowerCase();
  return aliases[key] ?? codes.get(key) ?? null;
}

function readCodes(): Map<string, string> {
  const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
  const found = new Map<string, string>();
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  for (const first of letters) {
    for (const second of letters) {
      const code = first + second;
      // Old and private codes (`UK`, `DD`, `XA`, `ZZ`) are not countries; `EU` and `UN` have names too.
      if (/^(EU|EZ|UN|QO|X[A-J]|ZZ)$/.test(code) || new Intl.Locale(`und-${code}`).maximize().region !== code) continue;
      if (Intl.getCanonicalLocales(`und-${code}`)[0] !== `und-${code}`) continue;
      const name = names.of(code);
      if (name) found.set(name.toLowerCase(), code).set(name.toLowerCase().replace(/ & /g, " and "), code);
    }
  }
  return found;
}
