import type { Classifier, PayloadView, Signal } from './classifier.ts';

/** The forms of RFC 9112, section 3.2, that do not begin with a slash: `*`, and the authority of CONNECT. */
const OTHER_TARGET = /^(?:\*|[\w.-]{1,253}:\d{1,5}|\[[\da-f:.]{2,45}\]:\d{1,5})$/;
/** A TLS record of a handshake (RFC 8446, section 5.1): a browser that was sent to the wrong port does this too. */
const HANDSHAKE: readonly string[] = ['%16%03', '\x16\x03'];

/** Bytes of something that is not HTTP where the target of a request should be. */
export const foreignProtocol: Classifier = {
  triggers: [],
  always: 'path',

  classify(view: PayloadView): Signal | undefined {
    const { lower } = view;
    if (view.place !== 'path' || view.layers.length > 0) return undefined;
    if (lower === '' || lower === '-' || lower.startsWith('/') || OTHER_TARGET.test(lower)) return undefined;
    // `index.html` without its slash is a careless client's, and a whole address was cut off before.
    if (/^[\w.~-]{1,64}(?:\/[\w./~-]{0,512})?$/.test(lower) && /[./]/.test(lower)) return undefined;
    const handshake = HANDSHAKE.some((start) => lower.startsWith(start));
    return {
      attackType: 'protocol_attack',
      indicators: [handshake ? 'tls_on_plain_port' : 'foreign_protocol'],
      techniques: ['T1595.001'],
      danger: handshake ? 15 : 35,
      confidence: handshake ? 60 : 75,
      at: 0,
      why: handshake
        ? 'a TLS handshake where plain HTTP is spoken'
        : 'bytes of another protocol where the target of a request should be',
    };
  },
};
