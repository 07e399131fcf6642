import { AegisError, Result } from '@aegis/model';
import { hide, keep, type Masker } from '@aegis/trail';
import type { MaskRule } from '../config/sections/masking-section.ts';

/** The masker with a rule of the config; the error is for whoever wrote it. */
export function withRule(masker: Masker, rule: MaskRule): Result<Masker, string> {
  const { name, pattern, field, keepFirst, keepLast } = rule;
  if ((pattern === '') === (field === '')) return Result.err('takes either a pattern or a field');
  const mask = keepFirst + keepLast === 0 ? hide : keep(keepFirst, keepLast);
  try {
    const added =
      pattern === '' ? masker.addRule(field, mask) : masker.addRule(name, new RegExp(pattern, 'u'), mask);
    return Result.ok(added);
  } catch (error) {
    if (error instanceof AegisError || error instanceof SyntaxError) return Result.err(error.message);
    throw error;
  }
}
