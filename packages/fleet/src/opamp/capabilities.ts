/** OpAMP 0.18, section "Agent Capabilities": bits. */
export const AGENT_CAPABILITIES: Readonly<
  Record<
    | 'reportsStatus'
    | 'acceptsRemoteConfig'
    | 'reportsEffectiveConfig'
    | 'acceptsPackages'
    | 'reportsPackageStatuses'
    | 'acceptsRestartCommand'
    | 'reportsHealth'
    | 'reportsRemoteConfig'
    | 'reportsHeartbeat',
    number
  >
> = Object.freeze({
  reportsStatus: 0x1,
  acceptsRemoteConfig: 0x2,
  reportsEffectiveConfig: 0x4,
  acceptsPackages: 0x8,
  reportsPackageStatuses: 0x10,
  acceptsRestartCommand: 0x400,
  reportsHealth: 0x800,
  reportsRemoteConfig: 0x1000,
  reportsHeartbeat: 0x2000,
});

/** OpAMP 0.18, section "Server Capabilities": bits. */
export const SERVER_CAPABILITIES: Readonly<
  Record<'acceptsStatus' | 'offersRemoteConfig' | 'acceptsEffectiveConfig', number>
> = Object.freeze({
  acceptsStatus: 0x1,
  offersRemoteConfig: 0x2,
  acceptsEffectiveConfig: 0x4,
});

/** Custom capability by which a fleet is halted: a message of type `order` carries a signed order, `ack` its epoch. */
export const HALT_CAPABILITY = 'io.aegis.halt';
/** Custom capability by which an agent hands in what its plugins found: `findings`, answered by `ack`. */
export const FINDINGS_CAPABILITY = 'io.aegis.findings';
/** Custom capability by which an agent learns what is to be enforced: `news`, `ask`, `page`. */
export const DECISIONS_CAPABILITY = 'io.aegis.decisions';

/** Bits of `ServerToAgent.flags`. */
export const REPORT_FULL_STATE = 1;
/** Bits of `AgentToServer.flags`. */
export const REQUEST_INSTANCE_UID = 1;

export const CONFIG_STATUSES = ['unset', 'applied', 'applying', 'failed'] as const;
export type ConfigStatus = (typeof CONFIG_STATUSES)[number];
