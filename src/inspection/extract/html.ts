const named: Record<string, string> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", copy: "©", reg: "®", euro: "€", pound: "£" },
  ...{ ndash: "–", mdash: "—", hellip: "…", shy: "", bull: "•", laquo: "«", raquo: "»", middot: "·", commat: "@" },
  ...{
    auml: "ä",
    ouml: "ö",
    uuml: "ü",
    Auml: "Ä",
    Ouml: "Ö",
    Uuml: "Ü",
    szlig: "ß",
    eacute: "é",
    egrave: "è",
    agrave: "à",
  },
};
const inline = new Set(
  "a abbr b bdi bdo cite code data dfn em font i kbd label mark q s samp small span strong sub sup time tt u var wbr".split(
    " ",
  ),
);

/**
 * Text, scripts, comments and the values of attributes: whatever a reader of the source could find. Inline tags leave no gap, so a number
 * that is partly bold stays one; others become a line break.
 */
export function textOfHtml(html: string): string {
  let out = "";
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    if (open < 0) return out + decodeEntities(html.slice(at));
    out += decodeEntities(html.slice(at, open));
    if (html.startsWith("<!--", open)) {
      const end = html.indexOf("-->", open + 4);
      out += ` ${html.slice(open + 4, end < 0 ? html.length : end)} `;
      at = end < 0 ? html.length : end + 3;
      continue;
    }
    const end = html.indexOf(">", open);
    if (end < 0) return out + html.slice(open);
    const tag = html.slice(open + 1, end);
    const name = /^\/?([a-zA-Z][\w:-]{0,40})/.exec(tag)?.[1]?.toLowerCase();
    out += name === undefined ? html.slice(open, end + 1) : inline.has(name) ? "" : "\n";
    for (const [, double, single] of tag.matchAll(/=\s{0,20}(?:"([^"]*)"|'([^']*)')/g)) {
      const value = double ?? single ?? "";
      if (value.length > 3) out += ` ${decodeEntities(value)} `;
    }
    at = end + 1;
  }
  return out;
}

export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,10}));/g,
    (whole, decimal, hexadecimal, name) => {
      if (name !== undefined) return named[name] ?? whole;
      const code = Number.parseInt(decimal ?? hexadecimal, decimal === undefined ? 16 : 10);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
