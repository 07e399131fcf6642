import { Result } from '@aegis/model';
import { z } from 'zod';
import type { GuardConfigError } from '../config/guard-settings.ts';
import type { RateKey, RateLevel, RateNode, RateRule } from './rate-rule.ts';
import { RATE_UNITS, type RateUnit } from './rate-unit.ts';

export interface RateDomain {
  readonly name: string;
  readonly level: RateLevel;
}

/** 2^32 - 1: the wire has 32 bits for it. */
const MOST_REQUESTS = 4_294_967_295;
const MOST_TEXT = 512;

const text = z
  .string({ error: 'expected a text; put numbers in quotes' })
  .min(1, { error: 'expected a text' })
  .max(MOST_TEXT, { error: `expected at most ${MOST_TEXT} characters` });

const flag = z.boolean({ error: 'expected true or false' });

const perUnit = `a whole number from 0 to ${MOST_REQUESTS}`;

const Limit = z
  .strictObject({
    name: text.optional(),
    unit: z.enum(RATE_UNITS, { error: `expected one of ${RATE_UNITS.join(', ')}` }).optional(),
    requests_per_unit: z
      .int({ error: `expected ${perUnit}` })
      .min(0, { error: `expected ${perUnit}` })
      .max(MOST_REQUESTS, { error: `expected ${perUnit}` })
      .optional(),
    unlimited: flag.optional(),
    replaces: z
      .array(z.strictObject({ name: text }))
      .max(64)
      .optional(),
  })
  .superRefine(({ unit, requests_per_unit, unlimited = false }, context) => {
    const isLimit = unit !== undefined && requests_per_unit !== undefined;
    const isOpen = unlimited && unit === undefined && requests_per_unit === undefined;
    if (!isLimit && !isOpen)
      context.addIssue({
        code: 'custom',
        message: 'expected unit and requests_per_unit, or unlimited: true alone',
      });
    else if (isLimit && unlimited)
      context.addIssue({ code: 'custom', message: 'is limited and unlimited; keep one' });
  });
type Limit = z.infer<typeof Limit>;

interface Descriptor {
  readonly key: string;
  readonly value?: string | undefined;
  readonly rate_limit?: Limit | undefined;
  readonly shadow_mode?: boolean | undefined;
  readonly descriptors?: readonly Descriptor[] | undefined;
}

const Descriptors: z.ZodType<readonly Descriptor[]> = z.lazy(() =>
  z.array(Descriptor, { error: 'expected a list of descriptors' }).max(10_000),
);

const Descriptor = z.strictObject({
  key: text,
  value: text.optional(),
  rate_limit: Limit.optional(),
  shadow_mode: flag.optional(),
  descriptors: Descriptors.optional(),
});

const Domain = z.strictObject({ domain: text, descriptors: Descriptors.optional() });

/**
 * One domain from what a YAML file holds: `domain` and `descriptors` as envoyproxy/ratelimit writes them. A value that
 * ends with `*` stands for all that begin so. Everything that is wrong is told at once.
 */
export function parseRateDomain(document: unknown): Result<RateDomain, readonly GuardConfigError[]> {
  const parsed = Domain.safeParse(document);
  if (!parsed.success)
    return Result.err(
      parsed.error.issues.map((issue): GuardConfigError => {
        const path = issue.path.filter((part) => typeof part !== 'symbol');
        const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
        if (unknown === undefined) return { kind: 'bad_value', path, message: issue.message };
        return { kind: 'bad_value', path: [...path, unknown], message: 'there is no such setting' };
      }),
    );
  const { domain, descriptors = [] } = parsed.data;
  const errors: GuardConfigError[] = [];
  const level = levelOf(descriptors, domain, ['descriptors'], errors);
  return errors.length > 0 ? Result.err(errors) : Result.ok({ name: domain, level });
}

type Path = GuardConfigError['path'];

interface KeyInMaking {
  readonly values: Map<string, RateNode>;
  readonly prefixes: { readonly prefix: string; readonly node: RateNode }[];
  any?: RateNode;
}

function levelOf(
  descriptors: readonly Descriptor[],
  parent: string,
  path: Path,
  errors: GuardConfigError[],
): RateLevel {
  const keys = new Map<string, KeyInMaking>();
  for (const [index, descriptor] of descriptors.entries()) {
    const { key, value } = descriptor;
    const own = [...path, index];
    const id = `${parent}.${value === undefined ? key : `${key}_${value}`}`;
    const known = keys.get(key) ?? { values: new Map(), prefixes: [] };
    keys.set(key, known);
    const rule = ruleOf(descriptor, id);
    const node: RateNode = {
      ...(rule === undefined ? {} : { rule }),
      below: levelOf(descriptor.descriptors ?? [], id, [...own, 'descriptors'], errors),
    };
    if (!place(known, value, node))
      errors.push({ kind: 'bad_value', path: own, message: `${id} is here twice; remove one` });
  }
  for (const { prefixes } of keys.values()) prefixes.sort((a, b) => b.prefix.length - a.prefix.length);
  return keys as ReadonlyMap<string, RateKey>;
}

/** Whether there was none in its place. */
function place(key: KeyInMaking, value: string | undefined, node: RateNode): boolean {
  if (value === undefined) {
    if (key.any !== undefined) return false;
    key.any = node;
    return true;
  }
  if (!value.endsWith('*')) return key.values.size < key.values.set(value, node).size;
  const prefix = value.slice(0, -1);
  if (key.prefixes.some((each) => each.prefix === prefix)) return false;
  key.prefixes.push({ prefix, node });
  return true;
}

function ruleOf(
  { rate_limit: limit, shadow_mode: shadow = false }: Descriptor,
  id: string,
): RateRule | undefined {
  if (limit === undefined) return undefined;
  return {
    id,
    name: limit.name ?? '',
    requestsPerUnit: limit.requests_per_unit ?? Number.POSITIVE_INFINITY,
    unit: (limit.unit ?? 'second') as RateUnit,
    shadow,
    replaces: (limit.replaces ?? []).map(({ name }) => name),
  };
}
