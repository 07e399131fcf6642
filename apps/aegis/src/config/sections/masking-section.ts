import type { Section } from '../setting.ts';
import { flag, records, text, whole } from '../setting-kinds.ts';

export interface MaskingSettings {
  readonly logs: boolean;
  readonly trail: boolean;
  readonly exports: boolean;
  readonly addresses: boolean;
  readonly rules: readonly MaskRule[];
}

/** Either a pattern or a field; the other is empty. */
export interface MaskRule {
  readonly name: string;
  readonly pattern: string;
  readonly field: string;
  readonly keepFirst: number;
  readonly keepLast: number;
}

const PLAIN = /^\P{Cc}{0,256}$/u;

const ruleItem: Section<MaskRule> = {
  is: 'section',
  key: 'rules',
  doc: 'What else is hidden.',
  members: {
    name: text({
      key: 'name',
      doc: 'What it is called.',
      initial: '',
      pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
      expected: 'a name of 1 to 64 letters, digits, ".", "_" or "-"',
    }),
    pattern: text({
      key: 'pattern',
      doc: 'What is hidden in any text: a regular expression of letters, classes, groups, alternatives and repetitions. It is run in linear time, so that there are no assertions and references.',
      initial: '',
      pattern: PLAIN,
      expected: 'a regular expression of at most 256 characters',
    }),
    field: text({
      key: 'field',
      doc: 'Or the name of a field whose value is hidden wherever it is, or its path: user.*.phone, **.pin.',
      initial: '',
      pattern: PLAIN,
      expected: 'a name or a path',
    }),
    keepFirst: whole({
      key: 'keep_first',
      doc: 'How much is left to be read at the beginning; what is too short for it is hidden whole.',
      initial: 0,
      min: 0,
      max: 64,
      unit: 'characters',
    }),
    keepLast: whole({
      key: 'keep_last',
      doc: 'The same at the end.',
      initial: 0,
      min: 0,
      max: 64,
      unit: 'characters',
    }),
  },
};

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
    rules: records({
      key: 'rules',
      doc: 'What is hidden besides, wherever the others are on: a list of records with a name and either a pattern or a field.',
      cost: 'Patterns are run over all that is written, one after the other.',
      most: 64,
      item: ruleItem,
      named: 'name',
    }),
  },
};
