import { AegisError, type SessionRecord } from '@aegis/model';
import { createMasker, DEFAULT_DETECTORS, DETECTORS, type Masker } from '@aegis/trail';
import type { MaskingSettings } from '../config/sections/masking-section.ts';
import { withRule } from './mask-rule.ts';

/** The masker for a way out of the node; undefined where masking is turned off for it. Rules are checked ones. */
export function maskerFor(
  settings: MaskingSettings,
  way: Exclude<keyof MaskingSettings, 'addresses' | 'rules'>,
): Masker | undefined {
  if (!settings[way]) return undefined;
  let masker = createMasker(settings.addresses ? DETECTORS : DEFAULT_DETECTORS);
  for (const rule of settings.rules) {
    const added = withRule(masker, rule);
    if (!added.ok) throw new AegisError('bad_mask_rule', `the rule ${rule.name}: ${added.error}`);
    masker = added.value;
  }
  return masker;
}

/** What sessions become where they are exported. */
export function sessionMask(settings: MaskingSettings): (session: SessionRecord) => SessionRecord {
  const masker = maskerFor(settings, 'exports');
  return masker === undefined ? (session) => session : (session) => masker.value(session) as SessionRecord;
}
