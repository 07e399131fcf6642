import { type Origin, originText } from './origin.ts';

/** Something in the config, the environment or a secret that the operator has to mend. */
export interface ConfigError {
  readonly kind: 'unreadable' | 'syntax' | 'unknown_key' | 'bad_value' | 'conflict' | 'bad_secret';
  /** What is wrong and what would be right. Holds no secret; may hold what the file holds, so show it printable. */
  readonly message: string;
  /** `http.limits.body`; absent where it is about no key. */
  readonly key?: string;
  readonly origin?: Origin;
}

/** One line: `aegis.yaml:12:9: http.port: expected a whole number from 0 to 65535; found "abc"`. */
export function configErrorText({ origin, key, message }: ConfigError): string {
  return [origin === undefined ? undefined : originText(origin), key, message]
    .filter((part) => part !== undefined)
    .join(': ');
}
