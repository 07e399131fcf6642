import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { AegisError, type Clock, Result, type Timestamp } from '@aegis/model';
import type { Registry } from '@aegis/ports';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

/** A CrowdSec agent that may send alerts, or asks to. */
export interface Machine {
  readonly id: string;
  /** Until somebody says yes it may do nothing. */
  readonly approved: boolean;
  readonly created: Timestamp;
}

export interface MachineToken {
  readonly token: string;
  readonly expires: Timestamp;
}

/** The accounts of agents, kept in the registry, with a hash of their passwords. */
export interface Machines {
  /** Refused where there is one of that name, or no room. */
  register(id: string, password: string, approved: boolean): Promise<Result<Machine, MachineRefusal>>;
  login(id: string, password: string): Promise<Result<MachineToken, MachineRefusal>>;
  /** A new token for one who has a valid one. */
  refresh(id: string): Promise<MachineToken>;
  /** Whose token this is, where it is valid and its machine still approved. */
  verify(token: string): Promise<string | undefined>;
  /** By name. */
  list(): Promise<readonly Machine[]>;
  approve(id: string): Promise<Machine | undefined>;
  remove(id: string): Promise<boolean>;
}

export interface MachineRefusal {
  readonly kind: 'exists' | 'wrong' | 'pending' | 'full';
  readonly message: string;
}

interface StoredMachine {
  readonly approved: boolean;
  readonly created: Timestamp;
  readonly salt: string;
  readonly hash: string;
}

const StoredMachine: z.ZodType<StoredMachine> = z.object({
  approved: z.boolean(),
  created: z.number(),
  salt: z.string(),
  hash: z.string(),
});

const PREFIX = 'crowdsec/machines/';
const SIGNING_KEY = 'crowdsec/signing-key';
const TOKEN_MS = 3_600_000;
/** Strangers may register too, and wait. */
const MOST_MACHINES = 10_000;
const derive: (password: string, salt: Buffer, length: number) => Promise<Buffer> = promisify(scrypt);

/**
 * Opens the accounts; the key that signs their tokens is made once and shared by the nodes of a registry. `own` is of
 * this node alone and keeps that key for a start without the registry.
 */
export async function openMachines(
  registry: Registry,
  clock: Clock,
  own: Registry = registry,
): Promise<Machines> {
  const signingKey = await signingKeyOf(registry, own);
  const read = async (id: string): Promise<(StoredMachine & { readonly version: number }) | undefined> => {
    const entry = await registry.get(PREFIX + id);
    return entry === undefined
      ? undefined
      : { ...StoredMachine.parse(JSON.parse(entry.value)), version: entry.version };
  };
  const tokenFor = async (id: string): Promise<MachineToken> => {
    const expires = clock.now() + TOKEN_MS;
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(id)
      .setIssuedAt(new Date(clock.now()))
      .setExpirationTime(new Date(expires))
      .sign(signingKey);
    return { token, expires };
  };

  return {
    async register(id, password, approved) {
      if ((await registry.list(PREFIX)).length >= MOST_MACHINES)
        return refuse('full', `there are ${MOST_MACHINES} machines already: remove some`);
      const salt = randomBytes(16);
      const created = clock.now();
      const hash = (await derive(password, salt, 32)).toString('base64');
      const stored: StoredMachine = { approved, created, salt: salt.toString('base64'), hash };
      const entry = await registry.compareAndSet(PREFIX + id, 0, JSON.stringify(stored));
      return entry === undefined
        ? refuse('exists', `user ${id} already exist`)
        : Result.ok({ id, approved, created });
    },

    async login(id, password) {
      const machine = await read(id);
      // Costs the same whether or not there is such a machine.
      const salt = Buffer.from(machine?.salt ?? '', 'base64');
      const hash = await derive(password, salt, 32);
      const right = machine !== undefined && timingSafeEqual(hash, Buffer.from(machine.hash, 'base64'));
      if (!right) return refuse('wrong', 'incorrect Username or Password');
      if (!machine.approved) return refuse('pending', `machine ${id} not validated`);
      return Result.ok(await tokenFor(id));
    },

    refresh: tokenFor,

    async verify(token) {
      const options = { algorithms: ['HS256'], currentDate: new Date(clock.now()) };
      const subject = await jwtVerify(token, signingKey, options).then(
        ({ payload }) => payload.sub,
        () => undefined,
      );
      return subject !== undefined && (await read(subject))?.approved === true ? subject : undefined;
    },

    async list() {
      const entries = await registry.list(PREFIX);
      return entries.map(({ key, value }) => {
        const { approved, created } = StoredMachine.parse(JSON.parse(value));
        return { id: key.slice(PREFIX.length), approved, created };
      });
    },

    async approve(id) {
      const machine = await read(id);
      if (machine === undefined) return undefined;
      const { version, ...stored } = machine;
      await registry.compareAndSet(PREFIX + id, version, JSON.stringify({ ...stored, approved: true }));
      return { id, approved: true, created: stored.created };
    },

    remove: (id) => registry.delete(PREFIX + id),
  };
}

async function signingKeyOf(registry: Registry, own: Registry): Promise<Buffer> {
  const fresh = randomBytes(32).toString('base64');
  try {
    const shared = await sharedKey(registry, fresh);
    if (own !== registry && (await own.get(SIGNING_KEY))?.value !== shared)
      await own.put(SIGNING_KEY, shared);
    return Buffer.from(shared, 'base64');
  } catch (error) {
    // Tokens of a fresh key are good here until the next start: agents log in again by themselves.
    if (own === registry || !(error instanceof AegisError && error.code === 'registry_unavailable'))
      throw error;
    return Buffer.from((await own.get(SIGNING_KEY))?.value ?? fresh, 'base64');
  }
}

async function sharedKey(registry: Registry, fresh: string): Promise<string> {
  const entry = (await registry.compareAndSet(SIGNING_KEY, 0, fresh)) ?? (await registry.get(SIGNING_KEY));
  return entry?.value ?? fresh;
}

function refuse(kind: MachineRefusal['kind'], message: string): Result<never, MachineRefusal> {
  return Result.err({ kind, message });
}
