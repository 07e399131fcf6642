export { DomainTable, MOST_DOMAIN_MATCHES } from './domain-table.ts';
export { PrefixOracle } from './prefix-oracle.ts';
export { prefixContains, prefixesOverlap } from './prefix-overlap.ts';
export { PrefixReader } from './prefix-reader.ts';
export { LARGEST_VALUE, MOST_MATCHES, PrefixTable } from './prefix-table.ts';
export { RangeBuilder } from './range-builder.ts';
export { arraysOf, type Ranges, RangeTable } from './range-table.ts';
