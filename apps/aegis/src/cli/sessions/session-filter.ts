import { THREAT_LEVELS, type ThreatLevel } from '@aegis/model';
import { type Command, Option } from 'commander';
import type { SessionAsk } from '../../client/index.ts';
import { defined } from '../defined.ts';
import { wholeNumber } from '../whole-number.ts';

/** Which sessions are meant. */
export interface FilterOptions {
  readonly from?: string;
  readonly to?: string;
  readonly peer?: string;
  readonly level?: ThreatLevel;
  readonly type?: string;
  readonly agent?: string;
  readonly owner?: string;
  readonly country?: string;
  readonly snare?: string;
  readonly minScore?: string;
  readonly maxScore?: string;
  readonly text?: string;
}

export function withFilter(command: Command): Command {
  return command
    .option('--from <time>', 'started at or after, ISO 8601')
    .option('--to <time>', 'started before, ISO 8601')
    .option('--peer <address>', 'from this address or prefix')
    .addOption(new Option('--level <level>', 'of this level').choices(THREAT_LEVELS))
    .option('--type <type>', 'with this attack type, such as sql_injection')
    .option('--agent <text>', 'in the user agent')
    .option('--owner <owner>', 'most likely crawler, tool, attacker, user or admin')
    .option('--country <code>', 'from this country, such as NL')
    .option('--snare <id>', 'seen by the sensor of this snare_uuid')
    .option('--min-score <n>', 'risk score at least')
    .option('--max-score <n>', 'risk score at most')
    .option('--text <text>', 'anywhere in the record');
}

export function filterAsk(options: FilterOptions): Omit<SessionAsk, 'limit' | 'cursor'> {
  const { from, to, peer, level, type, agent, owner, country, snare, minScore, maxScore, text } = options;
  return defined({
    from,
    to,
    peer_ip: peer,
    level,
    attack_type: type,
    user_agent: agent,
    owner,
    country,
    snare_uuid: snare,
    min_score: minScore === undefined ? undefined : wholeNumber('--min-score', minScore),
    max_score: maxScore === undefined ? undefined : wholeNumber('--max-score', maxScore),
    text,
  });
}
