import type { AttackType, EvidencePlace } from '@aegis/model';

/** One payload at one depth of decoding. */
export interface PayloadView {
  readonly text: string;
  /** The payload as the client sent it, before any layer was peeled off. */
  readonly sent: string;
  /** `text` in lower case, same length. */
  readonly lower: string;
  /** The encodings peeled off so far, outermost first. */
  readonly layers: readonly string[];
  readonly place: EvidencePlace;
  /** Lower case. */
  readonly part: string;
}

/** What a classifier saw in a view; the caller turns it into a finding with evidence. */
export interface Signal {
  readonly attackType: AttackType;
  readonly indicators: readonly string[];
  readonly techniques: readonly string[];
  readonly danger: number;
  readonly confidence: number;
  /** Where in the view it was seen. */
  readonly at: number;
  readonly why: string;
}

/**
 * Knows one family of attacks. `classify` is called only for views that hold at least one trigger, or stand where it always looks, takes time
 * linear in the view and never throws.
 */
export interface Classifier {
  /** Literals in lower case, matched without regard to case; every attack of the family holds one. */
  readonly triggers: readonly string[];
  /** A place whose every value it looks at, trigger or not. */
  readonly always?: EvidencePlace;
  classify(view: PayloadView): Signal | undefined;
}
