import type { Section } from '../setting.ts';
import { flag } from '../setting-kinds.ts';

export interface MaskingSettings {
  readonly logs: boolean;
  readonly trail: boolean;
  readonly exports: boolean;
  readonly addresses: boolean;
}

export const maskingSection: Section<MaskingSettings> = {
  is: 'section',
  key: 'masking',
  doc: 'Hides passwords, tokens, keys, one-time codes, ids, cards, phones, e-mail addresses and plates before anything is written.',
  members: {
    logs: flag({
      key: 'logs',
      doc: 'In what the node says about itself.',
      cost: 'Turned off, the log may hold what attackers and clients sent.',
      initial: true,
    }),
    trail: flag({
      key: 'trail',
      doc: 'In reasons, targets and details of the audit and of decisions, before they are kept.',
      cost: 'Turned off, secrets that somebody typed into a reason stay on the trail, which cannot forget.',
      initial: true,
    }),
    exports: flag({
      key: 'exports',
      doc: 'In exported sessions. Off by default: payloads are evidence, and a masked one cannot be analysed again.',
      cost: 'Turned on, exports lose what attackers tried where it looks like a secret.',
      initial: false,
    }),
    addresses: flag({
      key: 'addresses',
      doc: 'Hides the last part of IP addresses too, wherever the others are on.',
      cost: 'The audit no longer tells from where somebody acted.',
      initial: false,
    }),
  },
};
