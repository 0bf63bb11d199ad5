/** Tags of a user agent, from its own text and the time of the event, so that the answer is always the same. */
export type UserAgentTag = "outdated-browser" | "outdated-os" | "robot";

const dayMs = 86_400_000;

/** Properties of a user agent, whatever the time of the event. */
interface Reading {
  robot: boolean;
  /** Epoch milliseconds from which on it is old; null: never, or not known. */
  browserEnd: number | null;
  systemEnd: number | null;
}

/** User agents read lately; when they are many they are forgotten. */
const read = new Map<string, Reading>();
const mostRead = 5_000;

/** Tags in alphabetical order. `occurredAt` decides what was old then. */
export function userAgentTags(userAgent: string, occurredAt: Date): UserAgentTag[] {
  let reading = read.get(userAgent);
  if (!reading) {
    if (read.size >= mostRead) read.clear();
    reading = readUserAgent(userAgent);
    read.set(userAgent, reading);
  }
  if (reading.robot) return ["robot"];
  const at = occurredAt.getTime();
  const tags: UserAgentTag[] = [];
  if (reading.browserEnd !== null && at >= reading.browserEnd) tags.push("outdated-browser");
  if (reading.systemEnd !== null && at >= reading.systemEnd) tags.push("outdated-os");
  return tags;
}

function readUserAgent(userAgent: string): Reading {
  // Programs take the name of a browser to be let in, and are no browser to be updated.
  if (robot.test(userAgent)) return { robot: true, browserEnd: null, systemEnd: null };
  return { robot: false, browserEnd: browserEnd(userAgent), systemEnd: systemEnd(userAgent) };
}

/** Programs and libraries that make requests without a person at a screen. */
const robot = new RegExp(
  [
    String.raw`\b(curl|wget|httpie|libwww-perl|python|python-requests|python-urllib\d*|python-httpx|aiohttp|httpx|scrapy)\b[/ ]`,
    String.raw`\b(go-http-client|okhttp|axios|node-fetch|undici|got|guzzlehttp|faraday|rest-client|ruby|java|jakarta|apache-httpclient)/`,
    String.raw`\b(postmanruntime|insomnia|powershell|windowspowershell|winhttp|terraform|hashicorp|ansible|boto3|botocore|aws-cli|aws-sdk-\w+)\b`,
    String.raw`\b(headlesschrome|phantomjs|selenium|puppeteer|playwright|electron-fetch)\b`,
    // Cubot makes telephones.
    String.raw`((?<!\bcu)bot|crawler|spider)\b`,
    String.raw`^node(\.js)?$`,
  ].join("|"),
  "i",
);

interface Releases {
  /** Major version and the day it came out. Between two of them days are spread evenly; after the last as between the last two. */
  known: readonly (readonly [major: number, day: string])[];
  /** So long after its first day a version is old. */
  keptDays: number;
  /** Versions that are kept longer. */
  longer?: { majors: readonly number[]; days: number };
}

/** https://chromiumdash.appspot.com/schedule: a version every four weeks; Edge and Opera follow within days. */
const chromium: Releases = {
  known: [
    [50, "2016-04-13"],
    [60, "2017-07-25"],
    [70, "2018-10-16"],
    [80, "2020-02-04"],
    [90, "2021-04-14"],
    [100, "2022-03-29"],
    [110, "2023-02-07"],
    [120, "2023-12-05"],
    [130, "2024-10-15"],
    [140, "2025-09-02"],
  ],
  keptDays: 365,
};

/** https://whattrainisitnow.com/calendar/: every four weeks; the extended support releases get fixes for some 15 months. */
const firefox: Releases = {
  known: [
    [50, "2016-11-15"],
    [60, "2018-05-09"],
    [70, "2019-10-22"],
    [80, "2020-08-25"],
    [90, "2021-07-13"],
    [100, "2022-05-03"],
    [110, "2023-02-14"],
    [120, "2023-11-21"],
    [130, "2024-09-03"],
    [140, "2025-06-24"],
  ],
  keptDays: 365,
  longer: { majors: [60, 68, 78, 91, 102, 115, 128, 140, 153], days: 455 },
};

/** https://developer.apple.com/documentation/safari-release-notes: one each autumn; after 18 came 26. */
const safari: Releases = {
  known: [
    [11, "2017-09-19"],
    [12, "2018-09-17"],
    [13, "2019-09-19"],
    [14, "2020-09-16"],
    [15, "2021-09-20"],
    [16, "2022-09-12"],
    [17, "2023-09-18"],
    [18, "2024-09-16"],
    [26, "2025-09-15"],
    [27, "2026-09-15"],
  ],
  keptDays: 730,
};

/** iOS and iPadOS, with Safari of the same number. */
const ios: Releases = { ...safari, known: safari.known.filter(([major]) => major <= 18) };

/** https://learn.microsoft.com/lifecycle/products/: the end of free support. NT 10.0 is Windows 10 and 11 alike. */
const windowsEnds: Record<string, string> = {
  "5.0": "2010-07-13",
  "5.1": "2014-04-08",
  "5.2": "2015-07-14",
  "6.0": "2017-04-11",
  "6.1": "2020-01-14",
  "6.2": "2016-01-12",
  "6.3": "2023-01-10",
};

/** https://endoflife.date/macos. From 10.15 on every browser states 10.15, whatever runs. */
const macEnds: Record<string, string> = {
  "9": "2016-12-01",
  "10": "2017-08-01",
  "11": "2018-12-01",
  "12": "2019-10-01",
  "13": "2020-12-01",
  "14": "2021-10-25",
};
const olderMacEnd = "2015-12-03";

/** https://endoflife.date/android: the last security bulletin. */
const androidEnds: Record<string, string> = {
  "5": "2018-03-05",
  "6": "2018-08-06",
  "7": "2019-10-07",
  "8": "2021-10-04",
  "9": "2022-01-03",
  "10": "2023-03-06",
  "11": "2024-02-05",
  "12": "2025-03-31",
};
const olderAndroidEnd = "2017-10-02";

/** When the browser was no longer to be used, or null when that is not known. */
function browserEnd(userAgent: string): number | null {
  const internetExplorer = /\bMSIE (\d+)|\bTrident\/.*rv:(\d+)/.exec(userAgent);
  if (internetExplorer)
    return day(Number(internetExplorer[1] ?? internetExplorer[2]) < 11 ? "2016-01-12" : "2022-06-15");
  if (/\bEdge\/1\d\./.test(userAgent)) return day("2021-03-09");
  const version = (pattern: RegExp) => {
    const match = pattern.exec(userAgent);
    return match ? Number(match[1]) : null;
  };
  const chromiumMajor = version(/\b(?:Chrome|CriOS|Chromium)\/(\d{1,4})/);
  if (chromiumMajor !== null) return endOf(chromium, chromiumMajor);
  const firefoxMajor = version(/\b(?:Firefox|FxiOS)\/(\d{1,4})/);
  if (firefoxMajor !== null) return endOf(firefox, firefoxMajor);
  const safariMajor = version(/\bVersion\/(\d{1,3})[\d.]* (?:Mobile\/\w+ )?Safari\//);
  return safariMajor === null ? null : endOf(safari, safariMajor);
}

/** When the operating system was no longer to be used, or null when that is not known. */
function systemEnd(userAgent: string): number | null {
  const windows = /\bWindows NT (\d+\.\d)/.exec(userAgent);
  if (windows) return day(windowsEnds[windows[1]!]);
  const phone = /\b(?:iPhone )?OS (\d+)_(\d+)[\d_]* like Mac OS X/.exec(userAgent);
  if (phone) {
    const [major, minor] = [Number(phone[1]), Number(phone[2])];
    // From iOS 26 on Safari states 18.6 and more.
    return major > 18 || (major === 18 && minor >= 6) ? null : endOf(ios, major);
  }
  const mac = /\bMac OS X 10[_.](\d+)/.exec(userAgent);
  if (mac) return Number(mac[1]) >= 15 ? null : day(macEnds[mac[1]!] ?? olderMacEnd);
  const android = /\bAndroid (\d+)(?:[\d.]*; (K)\))?/.exec(userAgent);
  // Chrome sends `Android 10; K` for all of them.
  if (!android || android[2]) return null;
  return Number(android[1]) < 5 ? day(olderAndroidEnd) : day(androidEnds[android[1]!]);
}

function endOf({ known, keptDays, longer }: Releases, major: number): number {
  return releasedAt(known, major) + (longer?.majors.includes(major) ? longer.days : keptDays) * dayMs;
}

function releasedAt(known: Releases["known"], major: number): number {
  const above = known.findIndex(([one]) => one >= major);
  const to = above === -1 ? known.length - 1 : Math.max(above, 1);
  const [before, after] = [known[to - 1]!, known[to]!];
  const [start, end] = [Date.parse(before[1]), Date.parse(after[1])];
  return start + ((major - before[0]) / (after[0] - before[0])) * (end - start);
}

const day = (text: string | undefined) => (text === undefined ? null : Date.parse(text));
