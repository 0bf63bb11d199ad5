import type { Detector } from "../detector.ts";

interface Language {
  slug: string;
  name: string;
  patterns: readonly string[];
  match: string;
  none: string;
}

/** Lines that only this language has; five different ones make a file source code. */
const language = ({ slug, name, patterns, match, none }: Language): Detector => ({
  slug: `source-code-${slug}`,
  name: `${name} source code`,
  description: `At least five different lines that are typical of ${name}.`,
  category: "SOURCE_CODE",
  countries: [],
  patterns,
  confidence: { alone: "MEDIUM" },
  minCount: 5,
  examples: { match: [match], none: [none] },
});

export const sourceCode: readonly Detector[] = [
  language({
    slug: "javascript",
    name: "JavaScript and TypeScript",
    patterns: [
      String.raw`^[ \t]{0,80}(?:export )?(?:async )?function \w{1,60}\([^\n]{0,100}\)[^\n]{0,60}\{`,
      String.raw`^[ \t]{0,80}import [^\n]{1,100} from ["'][^"'\n]{1,100}["']`,
      String.raw`^[ \t]{0,80}(?:export )?(?:const|let|var) [\w{}, \[\]]{1,60}(?:: [^=\n]{1,60})? = `,
      String.raw`^[ \t]{0,80}module\.exports(?:\.\w{1,40})? = `,
      String.raw`^[ \t]{0,80}(?:export )?(?:interface|enum) \w{1,60}[^\n]{0,60} \{`,
    ],
    match:
      "import fs from 'node:fs'\nimport os from 'node:os'\nconst a = 1\nlet b = 2\nexport function sum(x, y) {\n  return x + y\n}\n",
    none: "The function of import duties is to let trade grow. A const is a constant.",
  }),
  language({
    slug: "python",
    name: "Python",
    patterns: [
      String.raw`^[ \t]{0,80}(?:async )?def \w{1,60}\([^\n]{0,100}\)[^\n]{0,40}:`,
      String.raw`^[ \t]{0,80}class \w{1,60}(?:\([\w., ]{0,60}\))?:`,
      String.raw`^from [\w.]{1,60} import [\w*, (]{1,60}`,
      String.raw`^import [\w.]{1,60}(?: as \w{1,30})?$`,
      String.raw`^[ \t]{0,80}(?:if|elif|while|for|with|except|try)\b[^\n]{0,100}:$`,
    ],
    match:
      "import os\nfrom sys import argv\n\nclass Place(object):\n    def go(self):\n        if self.x:\n            return 1\n",
    none: "Import goods from China.\nClass starts at nine.\nFor more: see below.\n",
  }),
  language({
    slug: "java-csharp",
    name: "Java and C#",
    patterns: [
      String.raw`^[ \t]{0,80}(?:public|private|protected|internal)(?: static| final| abstract| override| virtual| sealed| async| readonly){0,4} [\w<>\[\], ?]{1,60}[ (]\w{0,60}[^\n]{0,80}[{;(]`,
      String.raw`^import (?:static )?[a-z][\w.]{2,80};`,
      String.raw`^using [A-Z][\w.]{1,60};`,
      String.raw`^package [a-z][\w.]{1,80};`,
      String.raw`^namespace [A-Z][\w.]{1,60}`,
    ],
    match:
      "package com.acme.app;\nimport java.util.List;\npublic class Place {\n  private int size;\n  public static void main(String[] args) {\n  }\n}\n",
    none: "The public may visit. Private matters stay private; using a package is fine.",
  }),
  language({
    slug: "c",
    name: "C and C++",
    patterns: [
      String.raw`^[ \t]{0,80}#(?:include [<"][\w./]{1,80}[>"]|define \w{1,60}|ifdef \w{1,60}|ifndef \w{1,60}|pragma \w{1,20})`,
      String.raw`^(?:static |inline |extern |const |unsigned ){0,3}(?:void|int|char|bool|size_t|double|auto) \*{0,3}\w{1,60}\([^\n]{0,100}\)[ ]?\{?`,
      String.raw`^[ \t]{0,80}typedef [^\n]{1,80};`,
      String.raw`^using namespace \w{1,40};`,
      String.raw`^[ \t]{0,80}template ?<[^\n]{1,60}>`,
    ],
    match:
      '#include <stdio.h>\n#include "place.h"\n#define SIZE 4\n\nstatic int sum(int a, int b) {\n  return a + b;\n}\nint main(void) {\n}\n',
    none: "# include everyone\nint the end, void of meaning.",
  }),
  language({
    slug: "go-rust",
    name: "Go and Rust",
    patterns: [
      String.raw`^func (?:\(\w{1,20} \*?\w{1,40}\) )?\w{1,60}\([^\n]{0,100}\{`,
      String.raw`^package \w{1,40}$`,
      String.raw`^[ \t]{0,80}(?:pub )?(?:async )?fn \w{1,60}[<(][^\n]{0,120}\{`,
      String.raw`^use [\w:]{1,60}(?:::\{[^\n}]{1,80}\})?;`,
      String.raw`^[ \t]{0,80}(?:pub )?(?:impl|trait|struct|enum|type) \w{1,60}[^\n]{0,80}\{`,
      String.raw`^[ \t]{0,80}let mut \w{1,60}`,
      String.raw`^[ \t]{0,80}\w{1,40}(?:, \w{1,40})? := `,
    ],
    match:
      "package main\n\nfunc main() {\n\tcount := 3\n\tname, err := read()\n}\n\nfunc read() (string, error) {\n}\n",
    none: "The package main was lost. Use it; let mut be mut.",
  }),
  language({
    slug: "sql",
    name: "SQL",
    patterns: [
      String.raw`^[ \t]{0,80}(?:CREATE|ALTER|DROP) (?:OR REPLACE )?(?:UNIQUE )?(?:TABLE|INDEX|VIEW|FUNCTION|PROCEDURE|TRIGGER|SCHEMA) [^\n]{1,80}`,
      String.raw`^[ \t]{0,80}INSERT INTO [\w."]{1,60}[^\n]{0,80}`,
      String.raw`\bSELECT [^\n;]{1,200} FROM [\w."]{1,60}`,
      String.raw`^[ \t]{0,80}UPDATE [\w."]{1,60} SET [^\n]{1,80}`,
      String.raw`^[ \t]{0,80}DELETE FROM [\w."]{1,60}`,
    ],
    match:
      "CREATE TABLE people (id int);\nCREATE INDEX by_name ON people (name);\nINSERT INTO people VALUES (1);\nSELECT id, name FROM people;\nDELETE FROM people;\n",
    none: "Select a seat from those free. Update the set. Create a table of contents.",
  }),
  language({
    slug: "shell-php",
    name: "shell and PHP",
    patterns: [
      "^#!/(?:usr/)?bin/(?:env )?(?:ba|z|da|k)?sh",
      String.raw`^[ \t]{0,80}(?:export )?[A-Z_]{2,40}=["'$][^\n]{0,80}`,
      String.raw`^[ \t]{0,80}(?:if|elif|while) \[\[? [^\n]{1,80} \]\]?; (?:then|do)`,
      String.raw`<\?php`,
      String.raw`^[ \t]{0,80}\$\w{1,40} = [^\n]{1,80};`,
      String.raw`^[ \t]{0,80}(?:echo|set -e|sudo|apt-get|curl -|mkdir -p|chmod) [^\n]{1,80}`,
    ],
    match:
      '#!/bin/bash\nset -eu pipefail\nexport PLACE="$HOME/app"\nif [ -d "$PLACE" ]; then\n  echo found it\nfi\nmkdir -p /tmp/x\n',
    none: "We paid $ 5 = cheap; then an echo came.",
  }),
];
