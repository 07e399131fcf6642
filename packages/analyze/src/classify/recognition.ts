import type { UserAgentInfo } from '@aegis/model';
import { classifyPayload } from './classify-payload.ts';
import type { PayloadFinding, PayloadPlace } from './payload-finding.ts';
import { RecentMap } from './recent-map.ts';
import { type CrawlerProof, classifyUserAgent } from './user-agent.ts';

/** Classifies texts. The answers are those of `classifyPayload` and `classifyUserAgent`; only the time differs. */
export interface Recognition {
  payload(text: string, place: PayloadPlace): readonly PayloadFinding[];
  userAgent(text: string, proof?: CrawlerProof): UserAgentInfo;
}

export const freshRecognition: Recognition = Object.freeze({
  payload: classifyPayload,
  userAgent: classifyUserAgent,
});

/** Longer texts are rare, and seldom come twice. */
const LONGEST_REMEMBERED = 4_096;
/** What a finding weighs beside its key, in characters: its evidence, which is bounded, and the rest of it. */
const FINDING_WEIGHT = 1_024;
/** Of an entry itself. */
const ENTRY_WEIGHT = 64;

/**
 * Remembers what texts were recognised as: attack tools send the same payloads, and all clients the same headers,
 * again and again. `maxCharacters` bounds what is held, at about two bytes each; the keys hold the whole text and
 * place, so that nothing is taken for something else.
 */
export function rememberingRecognition(maxCharacters: number = 8 * 1024 * 1024): Recognition {
  const payloads = new RecentMap<readonly PayloadFinding[]>(maxCharacters * 0.75);
  const userAgents = new RecentMap<UserAgentInfo>(maxCharacters * 0.25);
  return {
    payload(text, place) {
      if (text.length > LONGEST_REMEMBERED) return classifyPayload(text, place);
      const key = payloadKey(text, place);
      const known = payloads.get(key);
      if (known !== undefined) return known;
      // Classified in its own copy: evidence is cut out of it, and would keep all of the request it came in.
      const findings = classifyPayload(key.slice(key.length - text.length), place);
      payloads.set(key, findings, key.length + ENTRY_WEIGHT + FINDING_WEIGHT * findings.length);
      return findings;
    },
    userAgent(text, proof) {
      if (text.length > LONGEST_REMEMBERED) return classifyUserAgent(text, proof);
      let info = userAgents.get(text);
      if (info === undefined) {
        info = classifyUserAgent(text);
        userAgents.set(text, info, 2 * text.length + ENTRY_WEIGHT);
      }
      // Only the address proves a crawler.
      if (info.verified === undefined || info.tool_name === undefined || proof === undefined) return info;
      return { ...info, verified: proof(info.tool_name) ?? false };
    },
  };
}

/** Different for different texts and places, whatever characters they hold. */
export function payloadKey(text: string, { place, part }: PayloadPlace): string {
  return `${place}\n${part.length}\n${part}\n${text}`;
}
