import type { Section } from '../setting.ts';
import { text } from '../setting-kinds.ts';

export interface NodeSettings {
  /** Never `auto`: derived from the host name by the time the program sees it. */
  readonly id: string;
  readonly region: string;
}

/** What ids may look like: they end up in channel names, file names, metric labels and tokens. */
export const NODE_ID_PATTERN: RegExp = /^[a-z0-9][a-z0-9._-]{0,62}$/;

export const nodeSection: Section<NodeSettings> = {
  is: 'section',
  key: 'node',
  doc: 'Who this node is, to its operators and to other nodes.',
  members: {
    id: text({
      key: 'id',
      doc: 'The name of this node, unique among all nodes. "auto" takes the host name, in lower case and with what does not fit replaced by "-".',
      initial: 'auto',
      pattern: NODE_ID_PATTERN,
      expected: 'a name of 1 to 63 lower-case letters, digits, ".", "_" or "-", or auto',
      variables: ['NODE_ID'],
    }),
    region: text({
      key: 'region',
      doc: 'Where it stands: a site, a zone, a country. Kept with what the node reports.',
      initial: 'default',
      pattern: NODE_ID_PATTERN,
      expected: 'a name of 1 to 63 lower-case letters, digits, ".", "_" or "-"',
      variables: ['REGION'],
    }),
  },
};
