import type { SessionRecord } from '@aegis/model';
import { createMasker, DEFAULT_DETECTORS, DETECTORS, type Masker } from '@aegis/trail';
import type { MaskingSettings } from '../config/sections/masking-section.ts';

/** The masker for a way out of the node; undefined where masking is turned off for it. */
export function maskerFor(
  settings: MaskingSettings,
  way: Exclude<keyof MaskingSettings, 'addresses'>,
): Masker | undefined {
  if (!settings[way]) return undefined;
  return createMasker(settings.addresses ? DETECTORS : DEFAULT_DETECTORS);
}

/** What sessions become where they are exported. */
export function sessionMask(settings: MaskingSettings): (session: SessionRecord) => SessionRecord {
  const masker = maskerFor(settings, 'exports');
  return masker === undefined ? (session) => session : (session) => masker.value(session) as SessionRecord;
}
