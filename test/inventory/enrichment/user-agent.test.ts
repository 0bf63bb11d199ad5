import { expect, test } from "vitest";
import { userAgentTags } from "#src/inventory/enrichment/user-agent.ts";

const tagsAt = (day: string, userAgent: string) => userAgentTags(userAgent, new Date(day)).join(" ");

const windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const chrome = (version: number, system = windows) =>
  `${system} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;
const firefox = (version: number) =>
  `Mozilla/5.0 (X11; Linux x86_64; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`;
const safari = (version: string, system = mac) =>
  `${system} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${version} Safari/605.1.15`;
const iphone = (os: string, version: string) =>
  `Mozilla/5.0 (iPhone; CPU iPhone OS ${os} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${version} Mobile/15E148 Safari/604.1`;

test("a browser is outdated by the time of the event: the same one was not, a year before", () => {
  expect(tagsAt("2024-06-01", chrome(120))).toBe("");
  expect(tagsAt("2024-12-03", chrome(120))).toBe("");
  expect(tagsAt("2024-12-10", chrome(120))).toBe("outdated-browser");
  expect(tagsAt("2026-11-01", chrome(120))).toBe("outdated-browser");
  expect(tagsAt("2026-11-01", `${chrome(120)} Edg/120.0.2210.61`)).toBe("outdated-browser");
  expect(tagsAt("2026-11-01", chrome(152))).toBe("");
  expect(tagsAt("2026-11-01", chrome(999))).toBe("");
});

test("Firefox, and its extended support release for longer", () => {
  expect(tagsAt("2025-06-01", firefox(127))).toBe("");
  expect(tagsAt("2025-08-01", firefox(127))).toBe("outdated-browser");
  expect(tagsAt("2025-08-01", firefox(128))).toBe("");
  expect(tagsAt("2026-01-01", firefox(128))).toBe("outdated-browser");
});

test("Safari, Internet Explorer and the old Edge", () => {
  expect(tagsAt("2025-01-01", safari("17.4"))).toBe("");
  expect(tagsAt("2026-01-01", safari("17.4"))).toBe("outdated-browser");
  expect(tagsAt("2026-01-01", safari("26.0"))).toBe("");
  expect(tagsAt("2026-01-01", "Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0) like Gecko")).toBe(
    "outdated-browser",
  );
  expect(tagsAt("2020-06-01", `${chrome(64)} Edge/18.17763`)).toBe("");
  expect(tagsAt("2022-06-01", `${chrome(64)} Edge/18.17763`)).toBe("outdated-browser");
});

test("an operating system is outdated when its support has ended; those that do not say their version are not judged", () => {
  const system = (text: string) => chrome(152, `Mozilla/5.0 (${text})`);
  expect(tagsAt("2026-11-01", system("Windows NT 6.1; Win64; x64"))).toBe("outdated-os");
  expect(tagsAt("2019-11-01", chrome(78, "Mozilla/5.0 (Windows NT 6.1; Win64; x64)"))).toBe("");
  expect(tagsAt("2026-11-01", system("Windows NT 10.0; Win64; x64"))).toBe("");
  expect(tagsAt("2026-11-01", system("Macintosh; Intel Mac OS X 10_15_7"))).toBe("");
  expect(tagsAt("2026-11-01", system("Macintosh; Intel Mac OS X 10_13_6"))).toBe("outdated-os");
  expect(tagsAt("2026-11-01", system("Macintosh; Intel Mac OS X 10.6; rv:9"))).toBe("outdated-os");
  expect(tagsAt("2026-11-01", system("Linux; Android 10; K"))).toBe("");
  expect(tagsAt("2026-11-01", system("Linux; Android 10; SM-G960F"))).toBe("outdated-os");
  expect(tagsAt("2026-11-01", system("Linux; Android 4.4.2; GT"))).toBe("outdated-os");
  expect(tagsAt("2026-11-01", system("Linux; Android 16; Pixel 9"))).toBe("");
  expect(tagsAt("2026-11-01", iphone("16_6", "16.6"))).toBe("outdated-browser outdated-os");
  expect(tagsAt("2026-11-01", iphone("18_6", "26.0"))).toBe("");
});

test("programs are robots, whatever browser they claim to be; people are not", () => {
  for (const robot of [
    "curl/8.4.0",
    "Wget/1.21",
    "python-requests/2.31.0",
    "python-urllib3/1.26",
    "Python-urllib/3.9",
    "Go-http-client/1.1",
    "okhttp/4.9.3",
    "axios/1.6",
    "node",
    "Java/17.0.2",
    "PostmanRuntime/7.36",
    "aws-cli/2.1.0 Python/3.8 Linux",
    "Boto3/1.34 md/Botocore#1.34",
    "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    chrome(60).replace("Chrome", "HeadlessChrome"),
  ])
    expect(tagsAt("2026-11-01", robot), robot).toBe("robot");
  for (const person of [chrome(152), firefox(150), safari("26.0"), "GitHub Desktop", "Slack/4.41", "Cubot Mobile", ""])
    expect(tagsAt("2026-11-01", person), person).toBe("");
});
