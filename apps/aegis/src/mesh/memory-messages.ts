import type { AttackPattern, CcServerDetected, ClockSkew, Message } from '@aegis/mesh';
import { Address } from '@aegis/model';
import type { CcServerReport, MemoryReport, PatternReport } from '@aegis/ports';

/** What other nodes are told of a report; nothing of an attacker's profile, which each makes of what it sees. */
export function messageOfReport(report: MemoryReport, skew: ClockSkew): Message | undefined {
  const about = { report: report.report, seen: skew.toMesh(report.at) };
  if (report.kind === 'pattern') {
    const { pattern, signatures, severity, attackType, source, port, blocked } = report;
    const data: AttackPattern = {
      ...about,
      pattern_id: pattern,
      signatures: signatures.slice(0, 256).map((each) => each.slice(0, 512)),
      severity,
      attack_type: attackType,
      source_ip: source,
      ...(port === undefined ? {} : { port }),
      blocked,
    };
    return { type: 'attack_pattern', data };
  }
  if (report.kind === 'cc_server') {
    const { address, port, bots, score, confidence, blocked, heartbeatSeconds } = report;
    const told = Object.entries(bots).slice(0, MOST_BOTS);
    const data: CcServerDetected = {
      ...about,
      ip: address,
      port,
      bot_count: Object.keys(bots).length,
      confidence,
      score,
      bots: Object.fromEntries(told),
      blocked,
      ...(heartbeatSeconds === undefined ? {} : { heartbeat_interval: heartbeatSeconds }),
    };
    return { type: 'cc_server_detected', data };
  }
  return undefined;
}

/** So that one message fits a frame; the server's own memory has the others. */
const MOST_BOTS = 2_048;

/** The report as this node's memory takes it; undefined where an address in it is none. */
export function reportOfPattern(
  data: AttackPattern,
  { node, region, skew }: { readonly node: string; readonly region: string; readonly skew: ClockSkew },
): PatternReport | undefined {
  const source = Address.parse(data.source_ip);
  if (!source.ok) return undefined;
  return {
    kind: 'pattern',
    report: data.report,
    node,
    region,
    at: skew.toOwn(data.seen),
    pattern: data.pattern_id,
    attackType: data.attack_type,
    signatures: data.signatures,
    source: source.value,
    ...(data.port === undefined ? {} : { port: data.port }),
    severity: data.severity,
    blocked: data.blocked,
  };
}

export function reportOfCcServer(
  data: CcServerDetected,
  { node, skew }: { readonly node: string; readonly skew: ClockSkew },
): CcServerReport | undefined {
  const address = Address.parse(data.ip);
  if (!address.ok) return undefined;
  const bots = Object.entries(data.bots).filter(([bot]) => Address.parse(bot).ok);
  return {
    kind: 'cc_server',
    report: data.report,
    node,
    at: skew.toOwn(data.seen),
    address: address.value,
    port: data.port,
    bots: Object.fromEntries(bots),
    score: data.score,
    confidence: data.confidence,
    blocked: data.blocked,
    ...(data.heartbeat_interval === undefined ? {} : { heartbeatSeconds: data.heartbeat_interval }),
  };
}
