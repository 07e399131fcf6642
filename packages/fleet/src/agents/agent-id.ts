import { Result } from '@aegis/model';

declare const brand: unique symbol;
/** The instance UID of an agent: a UUID in lower case, with dashes. */
export type AgentId = string & { readonly [brand]: 'AgentId' };

interface AgentIds {
  /** In any case. */
  parse(text: string): Result<AgentId, string>;
  /** From the 16 bytes that OpAMP sends; undefined where they are not 16. */
  fromBytes(bytes: Uint8Array): AgentId | undefined;
  toBytes(id: AgentId): Uint8Array;
}

const BYTES = 16;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const AgentId: AgentIds = Object.freeze({
  parse(text: string): Result<AgentId, string> {
    const lower = text.toLowerCase();
    return UUID.test(lower)
      ? Result.ok(lower as AgentId)
      : Result.err('expected a UUID such as 01930f6c-7a3b-7c1e-9d2a-5f4e3d2c1b0a');
  },

  fromBytes(bytes: Uint8Array): AgentId | undefined {
    if (bytes.length !== BYTES) return undefined;
    const hex = Buffer.from(bytes).toString('hex');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as AgentId;
  },

  toBytes(id: AgentId): Uint8Array {
    return Buffer.from(id.replaceAll('-', ''), 'hex');
  },
});
