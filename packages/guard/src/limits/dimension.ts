/** What a call is counted by. A call may be counted by several at once. */
export const DIMENSIONS = ['user', 'device', 'rpc', 'user_channel', 'channel', 'ip'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export const USER = 0;
export const DEVICE = 1;
export const RPC = 2;
export const USER_CHANNEL = 3;
export const CHANNEL = 4;
export const IP = 5;
