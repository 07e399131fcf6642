import type { SessionInput } from '@aegis/model';
import { outputOf } from './run-command.ts';
import type { Kind } from './visit.ts';

/** What is known for sure of the recording: who was behind each address, and which tool made each session. */
export interface Manifest {
  /** When it began, ISO 8601. */
  readonly recorded_at: string;
  readonly seconds: number;
  readonly sessions: number;
  readonly requests: number;
  readonly attack_sessions: number;
  readonly ordinary_sessions: number;
  readonly tools: readonly ToolCount[];
  readonly clients: Readonly<Record<string, { readonly kind: Kind; readonly tools: readonly string[] }>>;
  /** `sess_uuid` to tool. */
  readonly tool_of_session: Readonly<Record<string, string>>;
}

export interface ToolCount {
  readonly tool: string;
  readonly kind: Kind;
  readonly sessions: number;
  /** Of the Debian package. */
  readonly version: string;
}

/** One visit as it happened. */
export interface VisitLog {
  readonly address: string;
  readonly tool: string;
  readonly kind: Kind;
  /** ms. */
  readonly startedAt: number;
}

/** Where the package has another name than the tool. */
const PACKAGES: Readonly<Record<string, string>> = {
  ab: 'apache2-utils',
  feedparser: 'python3-feedparser',
  'python-urllib': 'python3',
};

async function versionOf(tool: string): Promise<string> {
  return await outputOf(['dpkg-query', '-W', '-f', `\${Version}`, PACKAGES[tool] ?? tool]);
}

/** The visit in whose time a session began; visits of one address follow each other. */
function visitOf(session: SessionInput, visits: readonly VisitLog[]): VisitLog | undefined {
  const startedAt = Number(session.start_time);
  return visits.findLast((visit) => visit.address === session.peer_ip && visit.startedAt <= startedAt);
}

export async function describe(
  sessions: readonly SessionInput[],
  visits: readonly VisitLog[],
  began: number,
  ended: number,
): Promise<Manifest> {
  const owned = sessions.map((session) => ({ session, visit: visitOf(session, visits) }));
  const counts = new Map<string, ToolCount>();
  const clients = new Map<string, { kind: Kind; tools: string[] }>();
  for (const { visit } of owned) {
    if (visit === undefined) continue;
    const { address, tool, kind } = visit;
    const key = `${kind} ${tool}`;
    const known = counts.get(key) ?? { tool, kind, sessions: 0, version: await versionOf(tool) };
    counts.set(key, { ...known, sessions: known.sessions + 1 });
    const client = clients.get(address) ?? { kind, tools: [] };
    if (!client.tools.includes(tool)) client.tools.push(tool);
    clients.set(address, client);
  }
  const sessionsOf = (kind: Kind): number => owned.filter(({ visit }) => visit?.kind === kind).length;
  return {
    recorded_at: new Date(began).toISOString(),
    seconds: Math.round((ended - began) / 1000),
    sessions: sessions.length,
    requests: sessions.reduce((sum, session) => sum + (session.request_count ?? 0), 0),
    attack_sessions: sessionsOf('attack'),
    ordinary_sessions: sessionsOf('ordinary'),
    tools: [...counts.values()].sort((a, b) => b.sessions - a.sessions),
    clients: Object.fromEntries(clients),
    tool_of_session: Object.fromEntries(
      owned.map(({ session, visit }) => [session.sess_uuid, visit?.tool ?? 'unknown']),
    ),
  };
}
