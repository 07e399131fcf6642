import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { internalHost } from './internal-host.ts';

const HOST_PARTS: ReadonlySet<string> = new Set([
  'host',
  'x-forwarded-host',
  'x-host',
  'x-forwarded-server',
  'x-original-host',
]);
const PATH_PARTS: ReadonlySet<string> = new Set(['x-original-url', 'x-rewrite-url']);
/** What no host and port holds (RFC 9110, section 7.2). */
const NO_HOST = /[@\s/\\'"<>(){}|;,?#]|:\D/;
/** The codings that servers know (RFC 9112, section 7). */
const CODINGS = /^(?:chunked|gzip|deflate|compress|identity|trailers)$/;

/** Headers that make one server of a chain believe what another does not. */
export const headerAbuse: Classifier = {
  triggers: [],
  always: 'header',

  classify(view: PayloadView): Signal | undefined {
    if (view.place !== 'header' || view.layers.length > 0) return undefined;
    const { lower, part } = view;
    if (HOST_PARTS.has(part)) {
      if (NO_HOST.test(lower.replace(/^\[[\da-f:.]{2,45}\]/, '')))
        return signal('host_header_injection', 55, 82, `${part} holds what no host name can`);
      if (internalHost(lower.replace(/:\d{1,5}$/, ''))?.kind === 'metadata')
        return signal('host_header_ssrf', 75, 88, `${part} names the metadata service of a cloud`);
    }
    if (PATH_PARTS.has(part) && lower.startsWith('/'))
      return signal('path_override', 55, 72, `${part} asks for another path than the request line`);
    if (part === 'transfer-encoding' && !CODINGS.test(lower.trim()))
      return signal('request_smuggling', 80, 85, 'a transfer coding that servers read differently');
    return undefined;
  },
};

function signal(indicator: string, danger: number, confidence: number, why: string): Signal {
  return {
    attackType: 'protocol_attack',
    indicators: [indicator],
    techniques: ['T1190'],
    danger,
    confidence,
    at: 0,
    why,
  };
}
