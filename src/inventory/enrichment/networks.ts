/**
 * What an AS number alone reveals about an address. Few, large and well known, as registered at the regional registries
 * (https://bgp.tools/, https://www.peeringdb.com/); for anything else there are the admin's lists and ranges.
 */
const networks: Record<string, readonly number[]> = {
  // Amazon, Microsoft, Google, Oracle, IBM, Alibaba, Tencent, Akamai (Linode), DigitalOcean, OVH, Hetzner, Scaleway, Vultr, Contabo.
  cloud: [
    16509, 14618, 7224, 8987, 8068, 8069, 8070, 8075, 12076, 3598, 15169, 396982, 19527, 31898, 36351, 45102, 37963,
    132203, 63949, 14061, 16276, 24940, 213230, 12876, 20473, 51167,
  ],
  microsoft: [8068, 8069, 8070, 8075, 12076, 3598],
  zscaler: [22616, 53813, 62044, 53444, 62907],
  // Starlink, Viasat, Hughes, Intelsat, Inmarsat, OneWeb, Eutelsat.
  satellite: [
    14593, 7155, 40306, 40310, 40311, 16491, 6621, 63062, 12440, 22351, 26243, 25222, 31515, 800, 34444, 15829,
  ],
  // Rented servers that are resold, much of it to VPN services: Datacamp, M247.
  hosting: [212238, 60068, 9009, 16247],
};

const tagsByNumber = new Map<number, string[]>();
for (const [tag, numbers] of Object.entries(networks))
  for (const asn of numbers) tagsByNumber.set(asn, [...(tagsByNumber.get(asn) ?? []), tag]);

export function networkTags(asn: number): readonly string[] {
  return tagsByNumber.get(asn) ?? [];
}
