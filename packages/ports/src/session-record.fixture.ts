import type { SessionRecord } from '@aegis/model';

/** A whole record, ordinary but for what the test says. */
export function sessionRecord(differing: Partial<SessionRecord> = {}): SessionRecord {
  return {
    sess_uuid: 'attack-sqli-001',
    peer_ip: '192.0.2.100',
    peer_port: 54_321,
    user_agent: 'sqlmap/1.5.2',
    sensor: 'tanner',
    snare_uuid: 'snare-1',
    protocol: 'http',
    start_time: '2025-10-27T02:00:00.000Z',
    end_time: '2025-10-27T02:05:30.000Z',
    duration_seconds: 330,
    attack_types: ['sql_injection'],
    request_count: 15,
    requests: [
      {
        time: '2025-10-27T02:00:00.000Z',
        method: 'POST',
        path: '/login',
        status: 200,
        body: "user=a' OR 1=1",
      },
    ],
    threat_intelligence: {
      is_known_malicious: true,
      threat_categories: ['scanner'],
      reputation_score: 85,
      country: 'NL',
    },
    attack_patterns: {
      techniques: ['sql_injection'],
      sophistication: 'medium',
      indicators: ['union_based_sqli'],
      mitre_attack: ['T1190'],
      phases: ['exploitation'],
      escalation: false,
    },
    user_agent_info: { is_bot: true, kind: 'security_tool', tool_name: 'sqlmap', version: '1.5.2' },
    request_pattern: {
      requests_per_second: 0.05,
      burstiness: 0.2,
      diversity: 0.5,
      sequences: [],
      prolonged: true,
      automated: false,
    },
    payloads: [
      {
        place: 'body',
        part: 'user',
        text: "a' OR 1=1",
        why: 'a quote and a tautology',
        attack_type: 'sql_injection',
        techniques: ['boolean_blind'],
      },
    ],
    possible_owners: { tool: 0.9, attacker: 0.1 },
    risk_score: 75,
    risk_breakdown: {
      severity: { score: 75, weight: 0.3, why: 'SQL injection' },
      volume: { score: 75, weight: 0.2, why: '15 requests' },
      payload: { score: 75, weight: 0.25, why: 'a tautology' },
      reputation: { score: 75, weight: 0.15, why: 'known scanner' },
      complexity: { score: 75, weight: 0.1, why: 'one technique' },
    },
    threat_level: 'HIGH',
    priority: 'P1',
    respond_within_seconds: 3_600,
    confidence_score: 95,
    impact: {
      data_exfiltration: 'high',
      intrusion: 'medium',
      service_disruption: 'low',
      resource_consumption: 'none',
    },
    recommendations: ['block_ip_immediately'],
    recommendation_reasons: { block_ip_immediately: 'it exploits' },
    processed_at: '2025-10-27T02:06:00.000Z',
    ...differing,
  };
}
