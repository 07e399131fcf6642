import type { Address, Outcome, Verdict } from '@aegis/model';
import type { Checks } from '../node/services.ts';
import type { Circumstances } from './circumstances.ts';

/** From the most favourable for the client. `allow` is an exemption and comes before having no opinion. */
const GRAVITY: readonly Outcome[] = ['allow', 'none', 'observe', 'shadow', 'throttle', 'challenge', 'block'];

/** The gravest verdict on those who may have sent a request: see `clientAddresses`. */
export function gravestVerdict(
  checks: Pick<Checks, 'check'>,
  clients: readonly [Address, ...Address[]],
  circumstances: Circumstances,
): Verdict {
  return clients.map((address) => checks.check({ address, ...circumstances })).reduce(graver);
}

function graver(a: Verdict, b: Verdict): Verdict {
  return GRAVITY.indexOf(b.outcome) > GRAVITY.indexOf(a.outcome) ? b : a;
}
