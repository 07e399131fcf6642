import { Address, canonicalScopeValue, Prefix, Result, type Scope } from '@aegis/model';
import type { Indicator } from './indicator.ts';
import { LONGEST_VALUE } from './indicator.ts';
import { refang } from './refang.ts';

type Named = Pick<Indicator, 'scope' | 'value'>;

const HASH = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i;
const AS_NUMBER = /^AS\d{1,10}$/i;
/** `t13d1516h2_8daaf6152771_e5627efa2ab1` (FoxIO's JA4). */
const JA4 = /^[tqd](?:\d\d|s[23])[di]\d{4}[0-9a-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$/;
const HEX_32 = /^[0-9a-f]{32}$/i;
/** Names that are in canonical spelling already, as most are: the last label has a letter first, so it is no address. */
const PLAIN_NAME = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const PLAIN_ADDRESS = /^[0-9.:a-f]+$/;

/**
 * What a feed wrote as a scope and its canonical value: refanged, host bits cleared, one address an `ip` however it
 * is written, names in IDNA form, wildcards of a name the name. `scope` is what the feed says it is; without one it
 * is told from the text. The error is a short reason of a closed vocabulary, to be counted by.
 */
export function normaliseIndicator(text: string, scope?: Scope): Result<Named, string> {
  if (text.length > LONGEST_VALUE) return Result.err('longer than 2048 characters');
  if (scope === undefined && PLAIN_ADDRESS.test(text)) {
    const address = addressOf(text);
    if (address !== undefined) return Result.ok(address);
  }
  if ((scope === undefined || scope === 'domain') && isPlainName(text))
    return Result.ok({ scope: 'domain', value: text });
  const bare = refang(text);
  if (bare === '') return Result.err('empty');
  return scope === undefined ? told(bare) : stated(bare, scope);
}

function told(text: string): Result<Named, string> {
  const address = addressOf(text) ?? withoutPort(text);
  if (address !== undefined) return Result.ok(address);
  if (text.includes('://')) return urlOf(text);
  if (HASH.test(text)) return Result.ok({ scope: 'hash', value: text.toLowerCase() });
  if (AS_NUMBER.test(text)) return stated(text, 'as');
  if (JA4.test(text)) return Result.ok({ scope: 'ja4', value: text });
  if (/^[^/\s]+\.[^/\s]+\//.test(text) && !/^[\d.:]+\/\d*$/.test(text)) return urlOf(`http://${text}`);
  if (/^[\d.]+-[\d.]+$/.test(text)) return Result.err('a range with a dash; write it as prefixes');
  return domainOf(text);
}

function stated(text: string, scope: Scope): Result<Named, string> {
  switch (scope) {
    case 'ip':
    case 'range': {
      const address = addressOf(text) ?? withoutPort(text);
      return address === undefined ? Result.err('not an address or prefix') : Result.ok(address);
    }
    case 'url':
      return urlOf(text.includes('://') ? text : `http://${text}`);
    case 'domain':
      return domainOf(text);
    case 'ja3':
      return HEX_32.test(text)
        ? Result.ok({ scope, value: text.toLowerCase() })
        : Result.err('not a JA3 fingerprint');
    case 'ja4':
      return JA4.test(text) ? Result.ok({ scope, value: text }) : Result.err('not a JA4 fingerprint');
    default: {
      const canonical = canonicalScopeValue(scope, text);
      return canonical.ok ? Result.ok({ scope, value: canonical.value }) : Result.err(`not a ${scope}`);
    }
  }
}

function isPlainName(text: string): boolean {
  return text.length <= 253 && PLAIN_NAME.test(text) && !text.includes('xn--');
}

function addressOf(text: string): Named | undefined {
  if (!text.includes('/')) {
    const address = Address.parse(text);
    return address.ok ? { scope: 'ip', value: address.value } : undefined;
  }
  const parsed = Prefix.parse(text);
  if (!parsed.ok) return undefined;
  const prefix = parsed.value;
  return Prefix.isHost(prefix)
    ? { scope: 'ip', value: prefix.slice(0, prefix.lastIndexOf('/')) }
    : { scope: 'range', value: prefix };
}

/** `192.0.2.1:8080`, `[2001:db8::1]:443`, `[2001:db8::1]`. */
function withoutPort(text: string): Named | undefined {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/.exec(text);
  const address = found?.[1] ?? found?.[2];
  return address === undefined ? undefined : addressOf(address);
}

function urlOf(text: string): Result<Named, string> {
  if (!URL.canParse(text)) return Result.err('not a URL');
  const url = new URL(text);
  if (!/^(?:https?|ftps?|wss?):$/.test(url.protocol) || url.hostname === '')
    return Result.err('a URL of another kind');
  url.hash = '';
  url.username = '';
  url.password = '';
  url.hostname = url.hostname.replace(/\.+$/, '');
  return url.href.length <= LONGEST_VALUE
    ? Result.ok({ scope: 'url', value: url.href })
    : Result.err('longer than 2048 characters');
}

function domainOf(text: string): Result<Named, string> {
  // A pattern of an ad blocker, a wildcard, a cookie's domain: all mean the name and what is below it.
  const name = text.replace(/^(?:\|\||\*\.|\.)/, '').replace(/[\^.]$/, '');
  if (!name.includes('.')) return Result.err('not an indicator');
  const canonical = canonicalScopeValue('domain', name);
  if (!canonical.ok || !canonical.value.includes('.') || canonical.value.includes('['))
    return Result.err('not an indicator');
  const labels = canonical.value.split('.');
  return labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
    ? Result.ok({ scope: 'domain', value: canonical.value })
    : Result.err('not an indicator');
}
