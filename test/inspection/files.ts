import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  name: string;
  content: Buffer | string;
  /** Sets the flag only: the reader must not look further. */
  encrypted?: boolean;
  /** Instead of the content: already deflated. */
  packed?: { data: Buffer; size: number };
  /** What the directory claims, if it lies. */
  claimedSize?: number;
  method?: number;
}

/** A zip archive. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, encrypted = false, claimedSize, packed, method = 8 } of entries) {
    const plain = Buffer.from(content);
    const data = packed?.data ?? (method === 8 ? deflateRawSync(plain) : plain);
    const nameBytes = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE((encrypted ? 1 : 0) | 0x0800, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(crc32(plain), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(claimedSize ?? packed?.size ?? plain.length, 18);
    fields.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), fields, nameBytes, data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), fields, tail, nameBytes]));
    locals.push(local);
    offset += local.length;
  }
  return withDirectory(Buffer.concat(locals), directory);
}

function withDirectory(locals: Buffer, directory: readonly Buffer[]): Buffer {
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(locals.length, 16);
  return Buffer.concat([locals, central, end]);
}

const contentTypes = { name: "[Content_Types].xml", content: '<Types xmlns="x"/>' };

export const docx = (paragraphs: readonly string[], more: readonly ZipEntry[] = []): Buffer =>
  zip([
    contentTypes,
    {
      name: "word/document.xml",
      content: `<?xml version="1.0"?><w:document xmlns:w="w"><w:body>${paragraphs.map((text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`).join("")}</w:body></w:document>`,
    },
    ...more,
  ]);

/** Each row a list of shared strings and numbers. */
export function xlsx(rows: readonly (readonly (string | number)[])[]): Buffer {
  const strings: string[] = [];
  const cell = (value: string | number) =>
    typeof value === "number" ? `<c><v>${value}</v></c>` : `<c t="s"><v>${strings.push(value) - 1}</v></c>`;
  const sheet = `<worksheet><sheetData>${rows.map((row) => `<row>${row.map(cell).join("")}</row>`).join("")}</sheetData></worksheet>`;
  return zip([
    contentTypes,
    { name: "xl/worksheets/sheet1.xml", content: sheet },
    {
      name: "xl/sharedStrings.xml",
      content: `<sst>${strings.map((text) => `<si><t>${text}</t></si>`).join("")}</sst>`,
    },
  ]);
}

/** A PDF with one text a page, line by line; `encrypt` adds a dictionary whose password nobody knows. */
export function pdf(pages: readonly string[], { encrypt = false, attachment = "" } = {}): Buffer {
  const objects: string[] = [];
  const add = (body: string) => objects.push(body);
  const stream = (content: string, dictionary = "") =>
    `<< ${dictionary} /Length ${content.length} >>\nstream\n${content}\nendstream`;
  const kids = pages.map((_, index) => `${4 + index * 2} 0 R`).join(" ");
  const file = 4 + pages.length * 2;
  const names = attachment ? `/Names << /EmbeddedFiles << /Names [(note.txt) ${file} 0 R] >> >>` : "";
  add(`<< /Type /Catalog /Pages 2 0 R ${names} >>`);
  add(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  for (const [index, text] of pages.entries()) {
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`,
    );
    const [first, ...lines] = text.split("\n");
    // Text beyond the edge of the page is not read.
    const rest = lines.map((line) => ` 0 -14 Td (${line}) Tj`).join("");
    add(stream(`BT /F1 12 Tf 50 700 Td (${first}) Tj${rest} ET`));
  }
  if (attachment) {
    add(`<< /Type /Filespec /F (note.txt) /UF (note.txt) /EF << /F ${file + 1} 0 R >> >>`);
    add(stream(attachment, "/Type /EmbeddedFile"));
  }
  const key = encrypt ? objects.length + 1 : 0;
  if (encrypt)
    add(`<< /Filter /Standard /V 2 /R 3 /Length 128 /P -1 /O <${"41".repeat(32)}> /U <${"42".repeat(32)}> >>`);
  let out = "%PDF-1.7\n";
  const offsets = objects.map((body, index) => {
    const offset = out.length;
    out += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const security = encrypt ? `/Encrypt ${key} 0 R /ID [<${"aa".repeat(16)}> <${"aa".repeat(16)}>]` : "";
  return Buffer.from(
    `${out}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${security} >>\nstartxref\n${out.length}\n%%EOF`,
    "latin1",
  );
}

/** An OLE compound file (MS-CFB) of streams that are each at least 4096 bytes long once padded. */
export function compound(streams: Readonly<Record<string, Buffer>>): Buffer {
  const sectorSize = 512;
  const end = 0xfffffffe;
  const chains: Buffer[] = [];
  const table: number[] = [];
  const place = (content: Buffer): number => {
    const first = table.length;
    const count = Math.ceil(content.length / sectorSize);
    const padded = Buffer.alloc(count * sectorSize);
    content.copy(padded);
    chains.push(padded);
    for (let sector = 0; sector < count; sector++) table.push(sector === count - 1 ? end : first + sector + 1);
    return first;
  };
  const entry = (name: string, type: number, child: number, right: number, start: number, size: number) => {
    const bytes = Buffer.alloc(128);
    bytes.write(name, "utf16le");
    bytes.writeUInt16LE((name.length + 1) * 2, 64);
    bytes[66] = type;
    bytes[67] = 1;
    bytes.writeUInt32LE(0xffffffff, 68);
    bytes.writeUInt32LE(right, 72);
    bytes.writeUInt32LE(child, 76);
    bytes.writeUInt32LE(start, 116);
    bytes.writeUInt32LE(size, 120);
    return bytes;
  };
  const list = Object.entries(streams).map(([name, content]) => {
    const size = Math.max(4096, content.length);
    const padded = Buffer.alloc(size);
    content.copy(padded);
    return { name, size, start: place(padded) };
  });
  const directory = place(
    Buffer.concat([
      entry("Root Entry", 5, 1, 0xffffffff, end, 0),
      ...list.map(({ name, start, size }, index) =>
        entry(name, 2, 0xffffffff, index + 2 <= list.length ? index + 2 : 0xffffffff, start, size),
      ),
    ]),
  );
  const tableSector = table.length;
  table.push(0xfffffffd);
  const tableBytes = Buffer.alloc(sectorSize, 0xff);
  for (const [index, next] of table.entries()) tableBytes.writeUInt32LE(next, index * 4);
  const header = Buffer.alloc(sectorSize, 0xff);
  Buffer.from("d0cf11e0a1b11ae1", "hex").copy(header);
  header.fill(0, 8, 76);
  header.writeUInt16LE(0x3e, 24);
  header.writeUInt16LE(3, 26);
  header.writeUInt16LE(0xfffe, 28);
  header.writeUInt16LE(9, 30);
  header.writeUInt16LE(6, 32);
  header.writeUInt32LE(1, 44);
  header.writeUInt32LE(directory, 48);
  header.writeUInt32LE(4096, 56);
  header.writeUInt32LE(end, 60);
  header.writeUInt32LE(end, 68);
  header.writeUInt32LE(tableSector, 76);
  return Buffer.concat([header, ...chains, tableBytes]);
}

/** A Word 97 document of one piece of 8-bit text. Source: [MS-DOC]. */
export function doc(text: string, { encrypted = false } = {}): Buffer {
  const textAt = 2048;
  const block = Buffer.alloc(textAt + text.length);
  block.writeUInt16LE(0xa5ec, 0);
  block.writeUInt16LE(0x00c1, 2);
  block.writeUInt16LE(0x0200 | (encrypted ? 0x0100 : 0), 10);
  block.writeUInt32LE(text.length, 0x4c);
  // The piece table, alone in the table stream.
  block.writeUInt32LE(0, 0x1a2);
  block.writeUInt32LE(21, 0x1a6);
  block.write(text, textAt, "latin1");
  const pieces = Buffer.alloc(21);
  pieces[0] = 2;
  pieces.writeUInt32LE(16, 1);
  pieces.writeUInt32LE(0, 5);
  pieces.writeUInt32LE(text.length, 9);
  pieces.writeUInt32LE((textAt * 2) | 0x40000000, 15);
  return compound({ WordDocument: block, "1Table": pieces });
}
