import * as cnRic from "stdnum/lib/cjs/cn/ric.js";
import * as hkHkid from "stdnum/lib/cjs/hk/hkid.js";
import * as ilIdnr from "stdnum/lib/cjs/il/idnr.js";
import * as inAadhaar from "stdnum/lib/cjs/in/aadhaar.js";
import * as krRrn from "stdnum/lib/cjs/kr/rrn.js";
import * as myNric from "stdnum/lib/cjs/my/nric.js";
import * as pkCnic from "stdnum/lib/cjs/pk/cnic.js";
import * as thIdnr from "stdnum/lib/cjs/th/idnr.js";
import * as twNatid from "stdnum/lib/cjs/tw/natid.js";
import type { Detector } from "../../detector.ts";
import { officialNumber } from "../official-number.ts";

export const asia: readonly Detector[] = [
  officialNumber({
    slug: "china-resident-id",
    name: "Chinese resident identity number",
    category: "NATIONAL_ID",
    countries: ["CN"],
    pattern: String.raw`\b[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dX]\b`,
    number: cnRic,
    confidence: { alone: "HIGH" },
    words: ["身份证", "身份证号", "居民身份证", "resident identity", "id card"],
    examples: { match: ["身份证号: 49122319941225388X"], none: ["身份证号: 49122319941225380X"] },
  }),
  officialNumber({
    slug: "hong-kong-id",
    name: "Hong Kong identity card number",
    category: "NATIONAL_ID",
    countries: ["HK"],
    pattern: String.raw`\b[A-Z]{1,2}\d{6} ?\(?[\dA]\)?`,
    number: hkHkid,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["hkid", "hong kong id", "identity card", "身份證"],
    examples: { match: ["HKID: Q539832(7)"], none: ["HKID: Q539832(0)", "Reference Q539832(7)"] },
  }),
  officialNumber({
    slug: "india-aadhaar",
    name: "Indian identity number (Aadhaar)",
    category: "NATIONAL_ID",
    countries: ["IN"],
    pattern: String.raw`\b[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}\b`,
    number: inAadhaar,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["aadhaar", "aadhar", "uidai", "uid", "आधार"],
    examples: { match: ["Aadhaar: 2852 6542 6909"], none: ["Aadhaar: 2852 6542 6900", "Reference 2852 6542 6909"] },
  }),
  officialNumber({
    slug: "israel-identity-number",
    name: "Israeli identity number",
    category: "NATIONAL_ID",
    countries: ["IL"],
    pattern: String.raw`\b\d{7,8}-?\d\b`,
    number: ilIdnr,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["teudat zehut", "תעודת זהות", "ת.ז", "ת.ז.", "israeli id", "מספר זהות"],
    examples: { match: ["תעודת זהות: 48900435"], none: ["תעודת זהות: 48900430", "Reference 48900435"] },
  }),
  officialNumber({
    slug: "south-korea-rrn",
    name: "South Korean resident registration number",
    category: "NATIONAL_ID",
    countries: ["KR"],
    pattern: String.raw`\b\d{2}[01]\d[0-3]\d-?[1-8]\d{6}\b`,
    number: krRrn,
    confidence: { alone: "LOW", withContext: "HIGH" },
    words: ["주민등록번호", "주민번호", "resident registration", "rrn"],
    examples: { match: ["주민등록번호: 1006091234756"], none: ["주민등록번호: 1006091234750"] },
  }),
  officialNumber({
    slug: "malaysia-nric",
    name: "Malaysian identity card number",
    category: "NATIONAL_ID",
    countries: ["MY"],
    pattern: String.raw`\b\d{2}[01]\d[0-3]\d-\d{2}-\d{4}\b`,
    number: myNric,
    confidence: { alone: "LOW", withContext: "HIGH" },
    words: ["nric", "mykad", "kad pengenalan", "no. kp", "ic no"],
    examples: { match: ["MyKad: 110402-23-6645"], none: ["MyKad: 250233-80-5649"] },
  }),
  officialNumber({
    slug: "pakistan-cnic",
    name: "Pakistani identity card number (CNIC)",
    category: "NATIONAL_ID",
    countries: ["PK"],
    pattern: String.raw`\b[1-7]\d{4}-\d{7}-\d\b`,
    number: pkCnic,
    confidence: { alone: "LOW", withContext: "HIGH" },
    words: ["cnic", "nadra", "national identity card", "شناختی کارڈ"],
    examples: { match: ["CNIC: 74806-3541947-7"], none: ["CNIC: 74806-3541947-0"] },
  }),
  officialNumber({
    slug: "thailand-identity-number",
    name: "Thai identity number",
    category: "NATIONAL_ID",
    countries: ["TH"],
    pattern: String.raw`\b[1-8][ -]?\d{4}[ -]?\d{5}[ -]?\d{2}[ -]?\d\b`,
    number: thIdnr,
    confidence: { alone: null, withContext: "HIGH" },
    words: ["บัตรประชาชน", "เลขประจำตัวประชาชน", "thai id", "citizen id", "national id"],
    examples: {
      match: ["เลขประจำตัวประชาชน: 80077 90570-74-4"],
      none: ["เลขประจำตัวประชาชน: 80077 90570-74-0", "Reference 80077 90570-74-4"],
    },
  }),
  officialNumber({
    slug: "taiwan-identity-number",
    name: "Taiwanese identity number",
    category: "NATIONAL_ID",
    countries: ["TW"],
    pattern: String.raw`\b[A-Z][12]\d{8}\b`,
    number: twNatid,
    confidence: { alone: "LOW", withContext: "HIGH" },
    words: ["身分證", "身分證字號", "national id", "統一編號", "id number"],
    examples: { match: ["身分證字號: W102945754"], none: ["身分證字號: W102945750"] },
  }),
];
