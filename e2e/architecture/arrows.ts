/**
 * The arrow table: which workspace may depend on which. A row is a workspace (or a pattern) and what it may
 * import besides its own files; everything may import `@aegis/model`.
 */
export const ARROWS: readonly { readonly from: RegExp; readonly to: readonly RegExp[] }[] = [
  { from: /^packages\/model$/, to: [] },
  { from: /^packages\/ports$/, to: [] },
  { from: /^packages\/(memory|guard)$/, to: [/^@aegis\/ports$/] },
  { from: /^packages\/(decide|analyze|hunt|scenario|indicators)$/, to: [/^@aegis\/netset$/] },
  { from: /^packages\/fleet$/, to: [/^@aegis\/protobuf$/] },
  { from: /^packages\/[^/]+$/, to: [] },
  { from: /^testing$/, to: [] },
  { from: /^adapters\/sqlite$/, to: [] },
  { from: /^adapters\/[^/]+-sqlite$/, to: [/^@aegis\/ports$/, /^@aegis\/sqlite$/] },
  { from: /^adapters\/archive-files$/, to: [/^@aegis\/ports$/, /^@aegis\/sqlite$/] },
  { from: /^adapters\/redis$/, to: [] },
  { from: /^adapters\/(bus|stream)-redis$/, to: [/^@aegis\/ports$/, /^@aegis\/redis$/] },
  { from: /^adapters\/watched-file$/, to: [] },
  { from: /^adapters\/geo-mmdb$/, to: [/^@aegis\/ports$/, /^@aegis\/watched-file$/] },
  { from: /^adapters\/geo-routes$/, to: [/^@aegis\/ports$/, /^@aegis\/watched-file$/, /^@aegis\/netset$/] },
  { from: /^adapters\/enforcer-(nftables|ipset)$/, to: [/^@aegis\/ports$/, /^@aegis\/packet-filter$/] },
  {
    from: /^adapters\/(notification-text|notifier-(http|smtp))$/,
    to: [/^@aegis\/(ports|notification-text)$/],
  },
  { from: /^adapters\/notifier-syslog$/, to: [/^@aegis\/(ports|notification-text|syslog)$/] },
  { from: /^adapters\/registry-etcd$/, to: [/^@aegis\/ports$/, /^@aegis\/protobuf$/] },
  { from: /^adapters\/[^/]+$/, to: [/^@aegis\/ports$/] },
  { from: /^integrations\/agent-plugin$/, to: [/^@aegis\/fleet$/] },
  { from: /^examples\/agent-plugin$/, to: [/^@aegis\/agent-plugin$/] },
  { from: /^integrations\/guard-node$/, to: [/^@aegis\/guard$/] },
  { from: /^examples\/express$/, to: [/^@aegis\/middleware-node$/] },
  { from: /^examples\/chat$/, to: [/^@aegis\/guard(-node)?$/] },
  { from: /^integrations\/middleware-node$/, to: [/^@aegis\/decide$/] },
  { from: /^apps\/[^/]+$/, to: [/^@aegis\/(?!e2e$|testing$)/] },
  { from: /^bench$/, to: [/^@aegis\/(?!e2e$|aegis$)/] },
  { from: /^e2e$/, to: [/^@aegis\//] },
];

/** What a domain package may take from Node: pure functions only, never the world. */
export const PURE_NODE_MODULES: readonly string[] = ['node:buffer', 'node:crypto', 'node:zlib'];

/** Globals that would let the domain read the clock, chance or the world by itself. */
export const IMPURE_CALLS: RegExp =
  /\b(?:Date\.now\(|new Date\(\)|Math\.random\(|performance\.now\(|process\.|setTimeout\(|setInterval\(|fetch\(|randomUUID\(|randomBytes\()/;
