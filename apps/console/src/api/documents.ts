import type { components } from './schema.ts';

type Documents = components['schemas'];

export type Agent = Documents['Agent'];
export type Attacker = Documents['Attacker'];
export type AuditEntry = Documents['AuditEntry'];
export type CcServer = Documents['CcServer'];
export type Decision = Documents['Decision'];
export type DecisionWish = Documents['DecisionWish'];
export type Explanation = Documents['Explanation'];
export type GuardCase = Documents['GuardCase'];
export type Me = Documents['Me'];
export type Mesh = Documents['Mesh'];
export type NodeState = Documents['Node'];
export type Pattern = Documents['Pattern'];
export type PolicyInForce = Documents['PolicyInForce'];
export type PolicyPlan = Documents['PolicyPlan'];
export type PolicyVersion = Documents['PolicyVersionWithChanges'];
export type Series = Documents['Series'];
export type Session = Documents['Session'];
export type ThreatLevel = Session['threat_level'];
export type AttackType = Session['attack_types'][number];
