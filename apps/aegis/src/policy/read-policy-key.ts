import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AegisError } from '@aegis/model';

/** The key that policies are signed with; undefined without a file. Throws AegisError `bad_policy_key`. */
export function readPolicyKey(file: string): KeyObject | undefined {
  if (file === '') return undefined;
  const bad = (why: string, cause?: unknown): AegisError =>
    new AegisError(
      'bad_policy_key',
      `registry.policy_key_file: ${why}; "openssl genpkey -algorithm ed25519" makes one, the same for every node`,
      { cause },
    );
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(file));
  } catch (cause) {
    throw bad(cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw bad(`${file} is no Ed25519 key`);
  return key;
}
