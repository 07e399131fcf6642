import { Address, type Decision, type Prefix, Prefix as Prefixes, prefixMatcher } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Message, messageType } from '../testing/grpc-client.ts';
import { BanShards } from './ban-shards.ts';

const COUNT = 4;

/** Decisions in force, by value, and the shards over them. */
function scene(): {
  readonly decisions: Decision[];
  readonly shards: BanShards;
  readonly put: (value: string, action?: 'ban' | 'allow' | 'captcha') => boolean;
  readonly lift: (value: string) => boolean;
} {
  const decisions: Decision[] = [];
  const shards = new BanShards({
    count: COUNT,
    inForce: () => decisions,
    on: (scope, value) => decisions.filter((each) => each.scope === scope && each.value === value),
    now: () => 0,
  });
  const about = { reason: '', origin: 'operator', source: '', weight: 1, created: 0, expires: 1 } as const;
  return {
    decisions,
    shards,
    put(value, action = 'ban') {
      const scope = value.includes('/') ? 'range' : 'ip';
      const decision: Decision = { ...about, id: `d-${decisions.length}`, scope, value, action };
      decisions.push(decision);
      return shards.touch(decision);
    },
    lift(value) {
      const at = decisions.findIndex((each) => each.value === value);
      const [lifted] = decisions.splice(at, 1);
      return shards.touch(lifted as Decision);
    },
  };
}

interface Range {
  readonly prefix: Prefix;
  readonly action: string;
}

/** The ranges in a resource, read by the published protos; undefined for a filter without rules. */
function rangesIn(shards: BanShards, name: string): readonly Range[] | undefined {
  const any = (value: unknown): Message => {
    const { type_url, value: bytes } = (value as { typed_config: { type_url: string; value: Buffer } })
      .typed_config;
    return messageType(type_url.replace('type.googleapis.com/', '')).deserialize(bytes ?? Buffer.alloc(0));
  };
  const config = messageType('envoy.config.core.v3.TypedExtensionConfig').deserialize(
    Buffer.from(shards.get(name)?.bytes ?? []),
  );
  expect(config.name).toBe(name);
  const rbac = any(config) as {
    matcher?: { matcher_tree: { custom_match: unknown }; on_no_match: { action: unknown } };
  };
  if (rbac.matcher === undefined) return undefined;
  expect(any(rbac.matcher.on_no_match.action)).toEqual({ name: 'aegis-none' });
  const trie = any(rbac.matcher.matcher_tree.custom_match) as {
    range_matchers: {
      ranges: { address_prefix: string; prefix_len: { value?: number } }[];
      on_match: { action: unknown };
    }[];
  };
  return trie.range_matchers.flatMap(({ ranges, on_match }) => {
    const { action = 'ALLOW' } = any(on_match.action) as { action?: string };
    return ranges.map(({ address_prefix, prefix_len }) => ({
      prefix: `${address_prefix}/${prefix_len.value ?? 0}` as Prefix,
      action,
    }));
  });
}

/** What an Envoy with a filter for each shard does: the longest range decides in each, and none may refuse. */
function passes(shards: BanShards, address: Address): boolean {
  return shards.names().every((name) => {
    const matching = (rangesIn(shards, name) ?? []).filter(({ prefix }) => prefixMatcher([prefix])(address));
    const longest = matching.sort(
      (a, b) => Prefixes.parts(b.prefix).length - Prefixes.parts(a.prefix).length,
    )[0];
    return longest?.action !== 'DENY';
  });
}

test('there are always as many resources, and without bans they have no rules', () => {
  const { shards } = scene();
  expect(shards.names()).toEqual(['aegis-bans-0', 'aegis-bans-1', 'aegis-bans-2', 'aegis-bans-3']);
  for (const name of shards.names()) expect(rangesIn(shards, name)).toBeUndefined();
  expect(shards.get('aegis-bans-4')).toBeUndefined();
});

test('a ban makes one resource anew, and its end makes it what it was', () => {
  const { shards, put, lift } = scene();
  const versions = (): readonly (string | undefined)[] =>
    shards.names().map((name) => shards.get(name)?.version);
  const before = versions();
  expect(put('192.0.2.1')).toBe(true);
  expect(versions().filter((version, index) => version !== before[index])).toHaveLength(1);
  expect(put('192.0.2.1')).toBe(false);
  expect(lift('192.0.2.1')).toBe(false);
  expect(lift('192.0.2.1')).toBe(true);
  expect(versions()).toEqual(before);
});

test('the same bans have the same versions, whatever order they came in', () => {
  const one = scene();
  const two = scene();
  const values = ['192.0.2.1', '2001:db8::/32', '198.51.100.0/24', '203.0.113.9'];
  for (const value of values) one.put(value);
  for (const value of values.toReversed()) two.put(value);
  for (const name of one.shards.names())
    expect(one.shards.get(name)?.version).toBe(two.shards.get(name)?.version);
});

test('only bans are pushed', () => {
  const { shards, put } = scene();
  expect(put('192.0.2.1', 'captcha')).toBe(false);
  expect(passes(shards, '192.0.2.1' as Address)).toBe(true);
});

test('whatever is decided and lifted, who passes is who is not banned or is allowed', () => {
  const octet = fc.integer({ min: 0, max: 3 });
  const value = fc.oneof(
    fc.tuple(octet, octet).map(([a, b]) => `10.0.${a}.${b}`),
    fc.tuple(octet, fc.constantFrom(8, 24, 31, 32)).map(([a, length]) => {
      const parsed = Prefixes.parse(`10.0.${a}.2/${length}`);
      return parsed.ok ? parsed.value : '';
    }),
    fc.tuple(octet, fc.constantFrom(32, 64, 127)).map(([a, length]) => {
      const parsed = Prefixes.parse(`2001:db8::${a}/${length}`);
      return parsed.ok ? parsed.value : '';
    }),
  );
  const step = fc.record({ value, action: fc.constantFrom('ban', 'allow'), lift: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const { shards, decisions, put, lift } = scene();
      for (const { value: about, action, lift: gone } of steps)
        if (!gone) put(about, action as 'ban' | 'allow');
        else if (decisions.some((each) => each.value === about)) lift(about);
      for (const text of ['10.0.0.0', '10.0.1.2', '10.0.2.3', '10.9.9.9', '2001:db8::1', '2001:db9::']) {
        const address = text as Address;
        expect(Address.parse(text).ok).toBe(true);
        const meets = (action: string): boolean =>
          decisions.some((each) => each.action === action && prefixMatcher([prefixOf(each.value)])(address));
        expect(passes(shards, address), `${text} ${JSON.stringify(decisions)}`).toBe(
          meets('allow') || !meets('ban'),
        );
      }
    }),
    { numRuns: 60 },
  );
});

test('no shard outgrows a response; what has no room is counted', () => {
  const { shards, decisions } = scene();
  const about = { reason: '', origin: 'operator', source: '', weight: 1, created: 0, expires: 1 } as const;
  for (let index = 0; index < 500_000; index++)
    decisions.push({
      ...about,
      id: `d${index}`,
      scope: 'ip',
      value: `2001:db8:${(index >> 16).toString(16)}:${(index & 0xffff).toString(16)}:1234:5678:9abc:def1`,
      action: 'ban',
    });
  shards.layAnew();
  for (const name of shards.names()) expect(shards.get(name)?.bytes.length).toBeLessThan(3_600_000);
  expect(shards.omitted).toBeGreaterThan(100_000);
});

function prefixOf(value: string): Prefix {
  const parsed = Prefixes.parse(value);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}
