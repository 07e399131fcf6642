import type { Prefix } from '@aegis/model';
import { ProtoWriter } from '@aegis/protobuf';

const TYPES = 'type.googleapis.com/';
/** envoy.config.rbac.v3.RBAC.Action */
const ALLOW = 0;
const DENY = 1;

/** A `xds.core.v3.CidrRange`, as a field of the message that lists it. */
export function rangeField(prefix: Prefix): Buffer {
  const slash = prefix.indexOf('/');
  return new ProtoWriter(64)
    .message(1, (range) =>
      range
        .text(1, prefix.slice(0, slash))
        .message(2, (length) => length.number(1, Number(prefix.slice(slash + 1)))),
    )
    .finish();
}

/**
 * An extension configuration that makes Envoy's RBAC filter (envoy.extensions.filters.http.rbac.v3) refuse clients in
 * the banned ranges but not in the allowed ones, the longest prefix first. Whoever matches nothing passes: without
 * saying so the filter refuses. Nothing banned is a filter without rules.
 */
export function banFilter(name: string, banned: readonly Buffer[], allowed: readonly Buffer[]): Buffer {
  const rbac = banned.length === 0 ? new Uint8Array() : rbacOf(banned, allowed);
  return new ProtoWriter(rbac.length + 256)
    .text(1, name)
    .message(2, (any) => any.text(1, `${TYPES}envoy.extensions.filters.http.rbac.v3.RBAC`).bytes(2, rbac))
    .finish();
}

/** RBAC.matcher = 4: a `xds.type.matcher.v3.Matcher` with a tree over the client's address. */
function rbacOf(banned: readonly Buffer[], allowed: readonly Buffer[]): Buffer {
  const matcher = new ProtoWriter(1_024);
  rangeMatcher(matcher, banned, 'aegis-ban', DENY);
  if (allowed.length > 0) rangeMatcher(matcher, allowed, 'aegis-allow', ALLOW);
  const ranges = matcher.finish();
  return new ProtoWriter(ranges.length + 1_024)
    .message(4, (root) =>
      root
        .message(2, (tree) =>
          tree
            .message(1, (input) =>
              extension(
                input,
                'client',
                'envoy.extensions.matching.common_inputs.network.v3.SourceIPInput',
                new Uint8Array(),
              ),
            )
            .message(4, (custom) => extension(custom, 'ranges', 'xds.type.matcher.v3.IPMatcher', ranges)),
        )
        .message(3, (onNoMatch) => action(onNoMatch, 'aegis-none', ALLOW)),
    )
    .finish();
}

/** IPMatcher.range_matchers = 1: ranges = 1, on_match = 2. */
function rangeMatcher(matcher: ProtoWriter, ranges: readonly Buffer[], name: string, verdict: number): void {
  const onMatch = new ProtoWriter().message(2, (match) => action(match, name, verdict)).finish();
  matcher.bytes(1, Buffer.concat([...ranges, onMatch]));
}

/** OnMatch.action = 2. */
function action(onMatch: ProtoWriter, name: string, verdict: number): void {
  const rule = new ProtoWriter().text(1, name);
  if (verdict !== ALLOW) rule.number(2, verdict);
  onMatch.message(2, (config) => extension(config, name, 'envoy.config.rbac.v3.Action', rule.finish()));
}

/** A `xds.core.v3.TypedExtensionConfig`. */
function extension(config: ProtoWriter, name: string, type: string, value: Uint8Array): void {
  config.text(1, name).message(2, (any) => any.text(1, TYPES + type).bytes(2, value));
}
