/** Invented people and believable machines: what the generated records are made of. */

export const firstNames = (
  "Mira Tom Lena Jonas Aiko Ravi Sofia Mateo Ines Noah Zeynep Omar Freya Lukas Amara Kofi Priya Diego Elena Yuki Hana Marek Olga Pavel Nadia " +
  "Samir Leila Bruno Clara Felix Greta Hugo Iris Jakob Karin Leo Maya Nils Oscar Paula Quinn Rosa Stefan Tara Umar Vera Wout Xenia Yusuf Zora " +
  "Anton Bella Cyrus Dalia Emil Fatima Gabriel Helga Ivan Joana Kamal Lucia Milan Nora Otto Petra Rafael Selma Theo Ursula Viktor Wanda Xavier " +
  "Yara Zeno Adele Boris Carmen Dario Esther Fabio Gloria Henrik Ilse Julio Kira Lars Marta Nico Odile Pascal Renata Sven Tilda Ulla Vito Wes Zita"
).split(" ");

export const lastNames = (
  "Holt Berger Okafor Tanaka Silva Novak Larsen Rossi Dubois Keller Mensah Iyer Sato Marino Weber Haddad Lindqvist Moreau Kowalski Petrov Ferrari " +
  "Nguyen Castro Yilmaz Andersen Fischer Garcia Hansen Ivanova Jansen Kaya Lopez Maier Nilsson Ortiz Pereira Quist Romano Schmidt Torres Ueda " +
  "Vargas Wagner Xu Young Zimmer Abebe Barros Conti Dahl Eriksen Fontana Gruber Hoffman Ito Jensen Kaplan Lind Mora Nair Olsen Popov Reyes Sharma " +
  "Toth Urban Vega Winter Yamada Zeller Arslan Bianchi Cohen Duarte Egger Farkas Grant Horvat Isik Joshi Koch Leroy Meyer Noor Ochoa Prieto Roth " +
  "Salo Takeda Ulrich Virtanen Wolf Yates Zanetti Amsel Brandt Corvi Drexler Ekman"
).split(" ");

export interface Place {
  country: string;
  /** ISO 3166-1 alpha-2. */
  code: string;
  city: string;
  state: string;
  postalCode: string;
  lat: number;
  lon: number;
  asn: number;
  isp: string;
  /** First address of a network that is really routed in this country, so GeoIP agrees. */
  network: number;
  bits: number;
  /** How many people live there, relative to the others. */
  weight: number;
}

function network(dotted: string): number {
  return dotted.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** code | country | city | state | postal code | latitude | longitude | network | AS number | provider | weight */
const placeTable = `
US | United States | Denver | Colorado | 80202 | 39.75 | -104.99 | 73.14.0.0/16 | 7922 | comcast cable communications llc | 24
US | United States | Boston | Massachusetts | 02108 | 42.36 | -71.06 | 71.184.0.0/16 | 701 | verizon business | 12
DE | Germany | Berlin | Land Berlin | 10115 | 52.53 | 13.38 | 84.136.0.0/14 | 3320 | deutsche telekom ag | 14
FR | France | Lyon | Auvergne-Rhône-Alpes | 69001 | 45.77 | 4.83 | 90.0.0.0/14 | 3215 | orange | 9
GB | United Kingdom | Leeds | England | LS1 | 53.8 | -1.55 | 86.128.0.0/14 | 2856 | british telecommunications plc | 10
NL | Netherlands | Utrecht | Utrecht | 3511 | 52.09 | 5.12 | 84.24.0.0/14 | 33915 | vodafone libertel b.v. | 4
SE | Sweden | Malmö | Skåne | 211 20 | 55.6 | 13 | 81.224.0.0/14 | 3301 | telia company ab | 4
ES | Spain | Valencia | Valencia | 46001 | 39.47 | -0.38 | 83.32.0.0/14 | 3352 | telefonica de espana | 4
IT | Italy | Turin | Piedmont | 10121 | 45.07 | 7.69 | 79.0.0.0/14 | 3269 | telecom italia | 4
PL | Poland | Kraków | Lesser Poland | 30-001 | 50.06 | 19.94 | 83.0.0.0/14 | 5617 | orange polska | 3
CH | Switzerland | Zürich | Zurich | 8001 | 47.37 | 8.54 | 85.0.0.0/14 | 3303 | swisscom | 3
CA | Canada | Toronto | Ontario | M5H | 43.65 | -79.38 | 70.24.0.0/14 | 577 | bell canada | 5
BR | Brazil | Curitiba | Paraná | 80010 | -25.43 | -49.27 | 189.0.0.0/14 | 28573 | claro | 4
MX | Mexico | Guadalajara | Jalisco | 44100 | 20.67 | -103.35 | 189.128.0.0/14 | 8151 | uninet | 2
IN | India | Pune | Maharashtra | 411001 | 18.52 | 73.86 | 49.32.0.0/14 | 55836 | reliance jio infocomm | 8
JP | Japan | Osaka | Ōsaka | 530-0001 | 34.69 | 135.5 | 126.0.0.0/14 | 17676 | softbank corp | 5
KR | South Korea | Busan | Busan | 46241 | 35.18 | 129.08 | 175.192.0.0/14 | 4766 | korea telecom | 2
AU | Australia | Melbourne | Victoria | 3000 | -37.81 | 144.96 | 1.128.0.0/14 | 1221 | telstra | 3
ZA | South Africa | Cape Town | Western Cape | 8001 | -33.92 | 18.42 | 105.224.0.0/14 | 37457 | telkom sa | 1
NG | Nigeria | Lagos | Lagos | 101001 | 6.45 | 3.4 | 105.112.0.0/14 | 36873 | airtel networks | 1
TR | Turkey | İzmir | İzmir | 35210 | 38.42 | 27.14 | 88.224.0.0/14 | 9121 | turk telekom | 1
UA | Ukraine | Lviv | Lviv | 79000 | 49.84 | 24.03 | 46.200.0.0/15 | 6849 | ukrtelecom | 1
RU | Russia | Kazan | Tatarstan | 420111 | 55.79 | 49.11 | 95.24.0.0/14 | 8402 | vimpelcom | 1
CN | China | Shanghai | Shanghai | 200000 | 31.23 | 121.47 | 114.80.0.0/14 | 4812 | china telecom | 1
`;

export const places: readonly Place[] = placeTable.trim().split("\n").map(readPlace);

function readPlace(line: string): Place {
  const [code = "", country = "", city = "", state = "", postalCode = "", lat, lon, cidr = "", asn, isp = "", weight] =
    line.split(" | ");
  const [address = "", bits] = cidr.split("/");
  return {
    code,
    country,
    city,
    state,
    postalCode,
    lat: Number(lat),
    lon: Number(lon),
    asn: Number(asn),
    isp,
    network: network(address),
    bits: Number(bits),
    weight: Number(weight),
  };
}

export interface Agent {
  raw: string;
  os: string;
  browser: string;
  device: string;
}

export const agents: readonly Agent[] = [
  {
    raw: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    os: "Windows 10",
    browser: "CHROME",
    device: "Computer",
  },
  {
    raw: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    os: "Mac OS X",
    browser: "CHROME",
    device: "Computer",
  },
  {
    raw: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    os: "Mac OS X",
    browser: "SAFARI",
    device: "Computer",
  },
  {
    raw: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    os: "Linux",
    browser: "FIREFOX",
    device: "Computer",
  },
  {
    raw: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
    os: "Windows 10",
    browser: "EDGE",
    device: "Computer",
  },
  {
    raw: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    os: "iOS",
    browser: "SAFARI",
    device: "Mobile",
  },
  {
    raw: "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
    os: "Android",
    browser: "CHROME",
    device: "Mobile",
  },
];
