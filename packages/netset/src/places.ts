/** Places of the tables of each prefix length: IPv4 0 to 32, then IPv6 0 to 128. */
export const IPV4_LENGTHS = 0;
export const IPV6_LENGTHS = 33;

/** Places of the guides (`ipv4-view.ts`, `ipv6-view.ts`). */
export const IPV4_NETS = 162;
export const IPV4_COVERS = 163;
export const IPV4_ROOTS = 164;
export const IPV6_MARKS = 165;

export const PLACES = 166;
