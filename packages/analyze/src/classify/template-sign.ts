import type { GatedPattern } from './gated-patterns.ts';

/** Syntax of one template engine or expression language that stands for itself. */
export interface TemplateSign extends GatedPattern {
  readonly indicator: string;
  readonly danger: number;
  readonly confidence: number;
  readonly why: string;
}
