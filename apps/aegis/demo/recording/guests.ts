import { curlByHand } from './attacks/by-hand.ts';
import { hydra, medusa, ncrack, patator, slowHydra } from './attacks/guessers.ts';
import { sqlmap, wfuzz } from './attacks/injectors.ts';
import {
  dirb,
  dirsearch,
  dirsearchDisguised,
  ffuf,
  gobuster,
  gobusterHosts,
  slowDirb,
} from './attacks/path-finders.ts';
import { flood, nmap, nmapVersions, wapiti, whatweb } from './attacks/scanners.ts';
import { person } from './ordinary/person.ts';
import { curl, curlMonitor, httpie, pythonScript, wget } from './ordinary/programs.ts';
import { feedparser, links, lynx, newsboat, w3m } from './ordinary/readers.ts';
import type { Kind, Tool } from './visit.ts';

/** Who comes how often, in a recording of about 2,500 sessions. */
export interface Guest {
  readonly tool: string;
  readonly kind: Kind;
  readonly visits: number;
  readonly use: Tool;
  /** Spends its time waiting, so that many can be there at once. */
  readonly leisurely?: true;
  /** Can come over IPv6. */
  readonly ipv6?: true;
}

/** In the order in which one client would come to use them: looking around first. */
export const GUESTS: readonly Guest[] = [
  { tool: 'nmap', kind: 'attack', visits: 120, use: nmap },
  { tool: 'nmap', kind: 'attack', visits: 15, use: nmapVersions, leisurely: true },
  { tool: 'whatweb', kind: 'attack', visits: 110, use: whatweb },
  { tool: 'dirb', kind: 'attack', visits: 85, use: dirb },
  { tool: 'dirb', kind: 'attack', visits: 15, use: slowDirb, leisurely: true },
  { tool: 'gobuster', kind: 'attack', visits: 95, use: gobuster, ipv6: true },
  { tool: 'gobuster', kind: 'attack', visits: 20, use: gobusterHosts },
  { tool: 'ffuf', kind: 'attack', visits: 110, use: ffuf, ipv6: true },
  { tool: 'dirsearch', kind: 'attack', visits: 60, use: dirsearch },
  { tool: 'dirsearch', kind: 'attack', visits: 3, use: dirsearchDisguised },
  { tool: 'wapiti', kind: 'attack', visits: 55, use: wapiti },
  { tool: 'wfuzz', kind: 'attack', visits: 120, use: wfuzz },
  { tool: 'sqlmap', kind: 'attack', visits: 170, use: sqlmap },
  { tool: 'hydra', kind: 'attack', visits: 115, use: hydra },
  { tool: 'hydra', kind: 'attack', visits: 15, use: slowHydra, leisurely: true },
  { tool: 'medusa', kind: 'attack', visits: 75, use: medusa },
  { tool: 'ncrack', kind: 'attack', visits: 55, use: ncrack },
  { tool: 'patator', kind: 'attack', visits: 75, use: patator },
  { tool: 'curl', kind: 'attack', visits: 130, use: curlByHand, ipv6: true },
  { tool: 'ab', kind: 'attack', visits: 15, use: flood },

  { tool: 'chromium', kind: 'ordinary', visits: 340, use: person, leisurely: true, ipv6: true },
  { tool: 'curl', kind: 'ordinary', visits: 110, use: curl, leisurely: true, ipv6: true },
  { tool: 'curl', kind: 'ordinary', visits: 15, use: curlMonitor, leisurely: true },
  { tool: 'wget', kind: 'ordinary', visits: 90, use: wget, leisurely: true, ipv6: true },
  { tool: 'newsboat', kind: 'ordinary', visits: 90, use: newsboat, leisurely: true, ipv6: true },
  { tool: 'feedparser', kind: 'ordinary', visits: 55, use: feedparser, ipv6: true },
  { tool: 'python-urllib', kind: 'ordinary', visits: 35, use: pythonScript, leisurely: true },
  { tool: 'w3m', kind: 'ordinary', visits: 85, use: w3m, leisurely: true },
  { tool: 'lynx', kind: 'ordinary', visits: 75, use: lynx, leisurely: true },
  { tool: 'links', kind: 'ordinary', visits: 50, use: links, leisurely: true },
  { tool: 'httpie', kind: 'ordinary', visits: 75, use: httpie, leisurely: true, ipv6: true },
];

/** How many sessions all visits make together, about. */
export const EXPECTED_SESSIONS = 2550;
