import type { Attacker } from '@aegis/model';
import type { AttackerReport } from '@aegis/ports';
import { kept, leaving } from './bounded-set.ts';
import type { SubjectKind } from './subject.ts';

export const ATTACKERS: SubjectKind<AttackerReport, Attacker> = {
  collection: 'attackers',
  identify: ({ address }) => ({ _id: address }),
  change: (reports) => ({
    add: { sessions: reports.length },
    least: { first_seen: Math.min(...reports.map(({ at }) => at)) },
    greatest: {
      last_seen: Math.max(...reports.map(({ at }) => at)),
      threat_score: Math.max(...reports.map(({ threatScore }) => threatScore)),
    },
    join: {
      attack_types: reports.flatMap(({ attackTypes }) => attackTypes),
      tools: reports.flatMap(({ tools }) => tools),
      reported_by_nodes: reports.map(({ node }) => node),
    },
  }),
  excess: ({ attack_types, tools, reported_by_nodes }) => ({
    leave: leaving({ attack_types, tools, reported_by_nodes }),
    fields: [],
  }),
  read: (document) => ({
    address: document._id as Attacker['address'],
    firstSeen: document.first_seen,
    lastSeen: document.last_seen,
    sessions: document.sessions,
    threatScore: document.threat_score,
    attackTypes: kept(document.attack_types),
    tools: kept(document.tools),
    nodes: kept(document.reported_by_nodes),
  }),
  order: { last_seen: -1, _id: 1 },
};
