import type { Classifier, PayloadView, Signal } from './classifier.ts';

/** A JSON Web Token (RFC 7519): what `{"` becomes in base64url starts its header. */
const TOKEN = /(?:^|[^\w.-])(eyJ[\w-]{8,512})\.(eyJ[\w-]{1,8192})\.([\w-]{0,2048})(?![\w.-])/;
const UNSIGNED = /"alg"\s{0,4}:\s{0,4}"none"/i;
/** Header parameters that say where the key is (RFC 7515, section 4.1). */
const KEY_ELSEWHERE = /"(?:jku|x5u)"\s{0,4}:\s{0,4}"https?:|"jwk"\s{0,4}:\s{0,4}\{/i;

/** Tokens that ask the server not to check them, or to check them with the sender's key. */
export const forgedToken: Classifier = {
  triggers: ['eyj'],

  classify(view: PayloadView): Signal | undefined {
    const token = TOKEN.exec(view.text);
    if (token === null) return undefined;
    const header = Buffer.from(token[1] as string, 'base64url').toString('latin1');
    if (UNSIGNED.test(header))
      return signal(
        'jwt_none_algorithm',
        75,
        92,
        token.index,
        'a token whose header says that it is not signed',
      );
    if (KEY_ELSEWHERE.test(header))
      return signal(
        'jwt_foreign_key',
        65,
        70,
        token.index,
        'a token that brings the key it is to be checked with',
      );
    return undefined;
  },
};

function signal(indicator: string, danger: number, confidence: number, at: number, why: string): Signal {
  return {
    attackType: 'protocol_attack',
    indicators: [indicator],
    techniques: ['T1190', 'T1550.001'],
    danger,
    confidence,
    at,
    why,
  };
}
