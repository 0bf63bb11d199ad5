/** Media types by extension, for providers that state none. Source: https://www.iana.org/assignments/media-types/ */

const office = "application/vnd.openxmlformats-officedocument";
const openDocument = "application/vnd.oasis.opendocument";

const byExtension: Readonly<Record<string, string>> = {
  ...{
    csv: "text/csv",
    txt: "text/plain",
    md: "text/markdown",
    html: "text/html",
    htm: "text/html",
    log: "text/plain",
  },
  ...{ json: "application/json", xml: "application/xml", yaml: "application/yaml", yml: "application/yaml" },
  ...{ pdf: "application/pdf", rtf: "application/rtf", epub: "application/epub+zip", ics: "text/calendar" },
  ...{ doc: "application/msword", xls: "application/vnd.ms-excel", ppt: "application/vnd.ms-powerpoint" },
  docx: `${office}.wordprocessingml.document`,
  xlsx: `${office}.spreadsheetml.sheet`,
  pptx: `${office}.presentationml.presentation`,
  ...{ odt: `${openDocument}.text`, ods: `${openDocument}.spreadsheet`, odp: `${openDocument}.presentation` },
  ...{ eml: "message/rfc822", msg: "application/vnd.ms-outlook", vcf: "text/vcard" },
  ...{ zip: "application/zip", gz: "application/gzip", tar: "application/x-tar", "7z": "application/x-7z-compressed" },
  ...{ png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", svg: "image/svg+xml" },
  ...{ webp: "image/webp", tif: "image/tiff", tiff: "image/tiff", heic: "image/heic", bmp: "image/bmp" },
  ...{ mp3: "audio/mpeg", wav: "audio/wav", mp4: "video/mp4", mov: "video/quicktime", webm: "video/webm" },
  ...{ js: "text/javascript", css: "text/css", sql: "application/sql", pem: "application/x-pem-file" },
};

/** `Plan.XLSX` → the media type of sheets; null for an extension that is not in the table, or none. */
export function mediaTypeOf(fileName: string): string | null {
  const extension = /\.([^.]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(byExtension, extension) ? (byExtension[extension] as string) : null;
}
