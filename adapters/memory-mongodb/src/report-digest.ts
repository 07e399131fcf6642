import { hash } from 'node:crypto';

/** 96 bits of SHA-256: of a billion reports two are alike with a chance of 1 in 10^11. */
const CHARACTERS = 16;

/** What is kept of a report's id, however long that is. */
export function reportDigest(report: string): string {
  return hash('sha256', report, 'base64url').slice(0, CHARACTERS);
}
