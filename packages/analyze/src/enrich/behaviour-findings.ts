import type { AttackType, RequestPattern, Session, UserAgentInfo } from '@aegis/model';
import type { Conduct, SessionFinding } from './enriched-session.ts';

/** From this many failed logins on, together with next to no success, passwords are being guessed. */
const GUESSED_LOGINS = 5;

/** Findings about a session as a whole: not what was sent, but what was done. */
export function behaviourFindings(
  session: Session,
  conduct: Conduct,
  pattern: RequestPattern,
  userAgent: UserAgentInfo,
): readonly SessionFinding[] {
  const make = (
    attackType: AttackType,
    indicator: string,
    techniques: readonly string[],
    danger: number,
    confidence: number,
    text: string,
    why: string,
  ): SessionFinding => ({
    attackType,
    indicators: [indicator],
    techniques,
    danger,
    confidence: Math.round(confidence),
    evidence: { place: 'behaviour', part: '', text: text.slice(0, 300), why },
    observation: -1,
    at: session.startedAt,
    occurrences: 1,
  });
  const found: SessionFinding[] = [];
  const attempts = conduct.loginAttempts;
  if (pattern.sequences.includes('credential_stuffing') || conduct.failedLogins >= GUESSED_LOGINS) {
    const stuffing = conduct.distinctUsernames > 4 && conduct.distinctUsernames >= attempts / 2;
    const names = `${conduct.distinctUsernames} user name${conduct.distinctUsernames === 1 ? '' : 's'}`;
    const confidence = Math.min(98, 70 + 10 * Math.log10(attempts) + (pattern.automated ? 10 : 0));
    const text = `${attempts} login attempts, ${names}`;
    found.push(
      stuffing
        ? make(
            'credential_stuffing',
            'credential_stuffing',
            ['T1110.004'],
            60,
            confidence,
            text,
            'many accounts are tried',
          )
        : make(
            'brute_force',
            'password_guessing',
            ['T1110.001'],
            60,
            confidence,
            text,
            'passwords are guessed',
          ),
    );
    if (conduct.successfulLogins > 0)
      found.push(
        make(
          'brute_force',
          'guessed_password',
          ['T1110', 'T1078'],
          85,
          90,
          text,
          'a guessed password was accepted',
        ),
      );
  }
  if (pattern.sequences.includes('path_enumeration')) {
    const confidence = Math.min(97, 60 + 12 * Math.log10(conduct.notFound + 1));
    const text = `${conduct.distinctPaths} paths, ${conduct.notFound} of ${conduct.answered} answers not found`;
    found.push(
      make('path_enumeration', 'path_enumeration', ['T1595.003'], 40, confidence, text, 'paths are guessed'),
    );
  }
  if (userAgent.kind === 'security_tool') {
    const name = [userAgent.tool_name, userAgent.version].filter((part) => part !== undefined).join(' ');
    found.push(
      make(
        'scanner',
        'security_tool',
        ['T1595.002'],
        35,
        92,
        session.userAgent,
        `the user agent is that of ${name}`,
      ),
    );
  }
  if ((session.hiddenLinks ?? 0) > 0)
    found.push(
      make(
        'scanner',
        'hidden_link_followed',
        ['T1595'],
        15,
        60,
        `${session.hiddenLinks} hidden links`,
        'links that no person sees were followed',
      ),
    );
  session.observations.forEach((observation, index) => {
    if (observation.kind !== 'download' || found.length >= 64) return;
    const digest = observation.sha256 === undefined ? '' : ` (SHA-256 ${observation.sha256})`;
    found.push({
      ...make(
        'malware_download',
        'malware_download',
        ['T1105'],
        95,
        96,
        '',
        'a file was fetched onto the sensor',
      ),
      evidence: {
        place: 'download',
        part: '',
        text: (observation.url + digest).slice(0, 400),
        why: 'a file was fetched onto the sensor',
      },
      observation: index,
      at: observation.at,
    });
  });
  return found;
}
