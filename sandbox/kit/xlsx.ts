import { crc32 } from "node:zlib";

const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const relationships = "http://schemas.openxmlformats.org/package/2006/relationships";
const documentRelationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const contentTypes = "http://schemas.openxmlformats.org/package/2006/content-types";
const spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** A workbook of one sheet, with every cell as text. The same bytes for the same rows. ECMA-376. */
export function workbookOf(sheet: string, rows: readonly (readonly string[])[]): Buffer {
  const cells = rows.map((row, at) => {
    const columns = row.map(
      (text, column) =>
        `<c r="${columnName(column)}${at + 1}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(text)}</t></is></c>`,
    );
    return `<row r="${at + 1}">${columns.join("")}</row>`;
  });
  return zipOf([
    [
      "[Content_Types].xml",
      xml(
        `<Types xmlns="${contentTypes}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
          `<Default Extension="xml" ContentType="application/xml"/>` +
          `<Override PartName="/xl/workbook.xml" ContentType="${spreadsheet}.sheet.main+xml"/>` +
          `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${spreadsheet}.worksheet+xml"/></Types>`,
      ),
    ],
    ["_rels/.rels", related("officeDocument", "xl/workbook.xml")],
    [
      "xl/workbook.xml",
      xml(
        `<workbook xmlns="${main}" xmlns:r="${documentRelationships}"><sheets>` +
          `<sheet name="${escapeXml(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      ),
    ],
    ["xl/_rels/workbook.xml.rels", related("worksheet", "worksheets/sheet1.xml")],
    [
      "xl/worksheets/sheet1.xml",
      xml(`<worksheet xmlns="${main}"><sheetData>${cells.join("")}</sheetData></worksheet>`),
    ],
  ]);
}

function related(type: string, target: string): string {
  return xml(
    `<Relationships xmlns="${relationships}"><Relationship Id="rId1" Type="${documentRelationships}/${type}" Target="${target}"/></Relationships>`,
  );
}

function xml(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${content}`;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** 0 is A, 25 is Z, 26 is AA. */
function columnName(column: number): string {
  const last = String.fromCharCode(65 + (column % 26));
  return column < 26 ? last : columnName(Math.floor(column / 26) - 1) + last;
}

/** A ZIP archive whose entries are stored as they are. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
function zipOf(entries: readonly (readonly [name: string, content: string])[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of entries) {
    const [path, data] = [Buffer.from(name), Buffer.from(content)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    // 1980-01-01, the first day that a ZIP archive knows.
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, path, data]);
    const end = Buffer.alloc(14);
    end.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, end, path]));
    locals.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const trailer = Buffer.alloc(18);
  trailer.writeUInt16LE(entries.length, 4);
  trailer.writeUInt16LE(entries.length, 6);
  trailer.writeUInt32LE(size, 8);
  trailer.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, ...directory, Buffer.from("PK\x05\x06", "latin1"), trailer]);
}
