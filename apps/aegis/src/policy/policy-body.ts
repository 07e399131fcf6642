import { checkPolicy, type Policy, policyDocument } from '@aegis/decide';
import { AegisError } from '@aegis/model';
import type { PolicyVersion } from '@aegis/ports';
import type { PolicyRecord, PolicySource } from './policies.ts';

/** A node has one policy. Under this name the ledger keeps the versions that were applied on the node itself, */
export const OWN_POLICIES = 'policy';
/** and under this one those that it has in common with the other nodes of its registry. */
export const SHARED_POLICIES = 'shared-policy';

/** What the ledger keeps of a version that follows the config, whatever that says. */
const FOLLOWS_CONFIG = JSON.stringify({ from: 'config' });

/** The body of a version as the ledger keeps it. */
export function policyBody(source: PolicySource, policy: Policy): string {
  return source === 'config' ? FOLLOWS_CONFIG : JSON.stringify(policyDocument(policy));
}

/** A version of the ledger; `config` is the policy of those that follow it. Throws AegisError `bad_policy`. */
export function recordOf({ version, at, author, reason, body }: PolicyVersion, config: Policy): PolicyRecord {
  const about = { version, at, author, reason };
  if (body === FOLLOWS_CONFIG) return { ...about, source: 'config', policy: config };
  const { policy, issues } = checkPolicy(parsed(body));
  if (policy !== undefined) return { ...about, source: 'document', policy };
  const [first] = issues;
  throw new AegisError(
    'bad_policy',
    `version ${version} of the policy in the ledger cannot be read: ${first?.path.join('.')} ${first?.message}; ` +
      'it was written by another version of this program: run that one, and roll back',
  );
}

/** Undefined where the text is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
