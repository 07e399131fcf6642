/** What a call costs, and whether it changes anything: writes are what a client in WriteDisabled may not do. */
export interface RpcCost {
  readonly cost: number;
  readonly write: boolean;
}

const write = (cost: number): RpcCost => ({ cost, write: true });
const read = (cost: number): RpcCost => ({ cost, write: false });

/** Signing in is no write: a client that may only read may do it anew. */
export const RPC_COSTS: Readonly<Record<string, RpcCost>> = Object.freeze({
  login: read(50),
  register: write(50),
  sync: read(20),
  mark_read: write(2),
  update_status: write(10),
  profile: read(1),
  contact_list: read(5),
  contact_search: read(10),
  send: write(5),
  create_channel: write(20),
  invite: write(15),
  full_state: read(100),
  all_members: read(50),
});

/** For methods that the table does not name. Nobody knows what they do: they count as writes. */
export const DEFAULT_RPC_COST: RpcCost = Object.freeze(write(5));
