/** A name of the API for people: `block_ip_immediately` as `Block IP immediately`. */
export function readable(name: string): string {
  const words = name.replaceAll('_', ' ').replaceAll(/\b(?:ip|waf)\b/g, (short) => short.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}
