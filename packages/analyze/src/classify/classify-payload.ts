import type { Evidence, EvidencePlace } from '@aegis/model';
import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { commandExecution } from './command-execution.ts';
import { crlfInjection } from './crlf-injection.ts';
import { crossSiteScripting } from './cross-site-scripting.ts';
import { decodeLayers } from './decode-layers.ts';
import { fileUpload } from './file-upload.ts';
import { foreignProtocol } from './foreign-protocol.ts';
import { forgedToken } from './forged-token.ts';
import { formatString } from './format-string.ts';
import { formulaInjection } from './formula-injection.ts';
import { graphqlIntrospection } from './graphql-introspection.ts';
import { headerAbuse } from './header-abuse.ts';
import { ldapInjection } from './ldap-injection.ts';
import { literalScan } from './literal-scan.ts';
import { nosqlInjection } from './nosql-injection.ts';
import { openRedirect } from './open-redirect.ts';
import { pathTraversal } from './path-traversal.ts';
import type { PayloadFinding, PayloadPlace } from './payload-finding.ts';
import { phpCodeInjection } from './php-code-injection.ts';
import { phpObjectInjection } from './php-object-injection.ts';
import { remoteFileInclusion } from './remote-file-inclusion.ts';
import { shellCommand } from './shell-command.ts';
import { sqlInjection } from './sql-injection.ts';
import { ssrf } from './ssrf.ts';
import { templateInjection } from './template-injection.ts';
import { vulnerabilityProbe } from './vulnerability-probe.ts';
import { xpathInjection } from './xpath-injection.ts';
import { xxeInjection } from './xxe-injection.ts';

/** Of a longer text only this many characters from its start and as many from its end are looked at. */
const HALF_WINDOW = 32_768;
/** Characters of evidence kept on either side of what was found. */
const EVIDENCE_BEFORE = 60;
const EVIDENCE_LENGTH = 300;

/** Below this nothing is reported. */
const LEAST_CONFIDENCE = 50;

const CLASSIFIERS: readonly Classifier[] = [
  sqlInjection,
  crossSiteScripting,
  commandExecution,
  pathTraversal,
  remoteFileInclusion,
  phpCodeInjection,
  phpObjectInjection,
  templateInjection,
  xxeInjection,
  crlfInjection,
  nosqlInjection,
  ldapInjection,
  xpathInjection,
  ssrf,
  openRedirect,
  vulnerabilityProbe,
  fileUpload,
  formatString,
  formulaInjection,
  graphqlIntrospection,
  forgedToken,
  headerAbuse,
  foreignProtocol,
];

/** The classifiers that look at every value of a place, as bits. */
const ALWAYS: ReadonlyMap<EvidencePlace, number> = bitsByPlace(CLASSIFIERS);

/** One automaton for the triggers of all classifiers; each literal stands for a set of them, as bits. */
const TRIGGERS = triggerScan(CLASSIFIERS);

/**
 * The attacks in one payload, the gravest first, at most one per attack type. The text is taken as the client
 * sent it: encodings are peeled off here and named in the evidence. Linear in the text, never throws.
 */
export function classifyPayload(
  text: string,
  place: PayloadPlace = { place: 'query', part: '' },
): readonly PayloadFinding[] {
  const sent = text.length > 2 * HALF_WINDOW ? text.slice(0, HALF_WINDOW) + text.slice(-HALF_WINDOW) : text;
  const form = place.place === 'query' || place.place === 'body' || place.place === 'cookie';
  const part = place.part.slice(0, 256).toLowerCase();
  const found = new Map<string, PayloadFinding>();
  for (const layer of decodeLayers(sent, form)) {
    // toLowerCase may lengthen a text (U+0130): offsets would shift, so such letters keep their form.
    const lowered = layer.text.toLowerCase();
    const lower = lowered.length === layer.text.length ? lowered : asciiLower(layer.text);
    const view: PayloadView = {
      text: layer.text,
      sent,
      lower,
      layers: layer.layers,
      place: place.place,
      part,
    };
    for (const classifier of hinted(view)) {
      const signal = classifier.classify(view);
      if (signal === undefined || signal.confidence < LEAST_CONFIDENCE) continue;
      const known = found.get(signal.attackType);
      if (known === undefined || isBetter(signal, known))
        found.set(signal.attackType, finding(signal, view, sent, place));
    }
  }
  return [...found.values()].sort((a, b) => b.danger - a.danger || b.confidence - a.confidence);
}

function isBetter(signal: Signal, known: PayloadFinding): boolean {
  return signal.danger * signal.confidence > known.danger * known.confidence;
}

function hinted(view: PayloadView): readonly Classifier[] {
  if (view.place === 'command') return [shellCommand];
  const mask = TRIGGERS(view.lower, view.part) | (ALWAYS.get(view.place) ?? 0);
  if (mask === 0) return [];
  return CLASSIFIERS.filter((_, i) => (mask & (1 << i)) !== 0);
}

function bitsByPlace(classifiers: readonly Classifier[]): ReadonlyMap<EvidencePlace, number> {
  const bits = new Map<EvidencePlace, number>();
  classifiers.forEach(({ always }, i) => {
    if (always !== undefined) bits.set(always, (bits.get(always) ?? 0) | (1 << i));
  });
  return bits;
}

function triggerScan(classifiers: readonly Classifier[]): (lower: string, part: string) => number {
  const bits = new Map<string, number>();
  classifiers.forEach((classifier, i) => {
    for (const trigger of classifier.triggers) bits.set(trigger, (bits.get(trigger) ?? 0) | (1 << i));
  });
  const scan = literalScan([...bits.keys()]);
  const masks = Int32Array.from(bits.values());
  const all = (1 << classifiers.length) - 1;
  return (lower, part) => {
    // What stands in the name of a parameter (`user[$ne]`, `__proto__[x]`) needs no trigger in the value.
    let mask = TELLING_PART.test(part) ? all : 0;
    scan.each(lower, (literal) => {
      mask |= masks[literal] as number;
      return mask === all;
    });
    return mask;
  };
}

const TELLING_PART = /\$|proto|classloader/;

function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function finding(signal: Signal, view: PayloadView, sent: string, place: PayloadPlace): PayloadFinding {
  const start = Math.max(0, signal.at - EVIDENCE_BEFORE);
  const shown = view.text.slice(start, start + EVIDENCE_LENGTH);
  const raw = view.layers.length === 0;
  const evidence: Evidence = {
    place: place.place,
    part: place.part.slice(0, 128),
    text: raw ? shown : sent.slice(0, EVIDENCE_LENGTH),
    ...(raw ? {} : { decoded: shown, layers: view.layers }),
    why: signal.why,
  };
  const { attackType, indicators, techniques, danger, confidence } = signal;
  return { attackType, indicators, techniques, danger, confidence, evidence };
}
