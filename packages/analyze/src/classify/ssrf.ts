import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { remoteTarget } from './remote-target.ts';

const METADATA: ReadonlySet<string> = new Set([
  '169.254.169.254',
  'metadata.google.internal',
  'metadata.goog',
  '100.100.100.200',
  '169.254.170.2',
  'fd00:ec2::254',
]);
const LOOPBACK_NAMES: ReadonlySet<string> = new Set([
  'localhost',
  'localtest.me',
  '::1',
  '0',
  '0.0.0.0',
  '::',
  '127.1',
]);
/** Schemes that speak to services no browser is meant to reach. */
const INNER_SCHEMES: ReadonlySet<string> = new Set([
  'gopher:',
  'dict:',
  'ldap:',
  'tftp:',
  'sftp:',
  'netdoc:',
  'jar:',
]);

/** An address of the server's own network or machine, given to the server to fetch. */
export const ssrf: Classifier = {
  triggers: ['://', ':\\\\', '//'],

  classify(view: PayloadView): Signal | undefined {
    if (view.place !== 'query' && view.place !== 'body') return undefined;
    const target = remoteTarget(view.lower);
    if (target === undefined || target.scheme === '') return undefined;
    const make = (indicator: string, danger: number, confidence: number, why: string): Signal => ({
      attackType: 'ssrf',
      indicators: [indicator],
      techniques: ['T1190', 'T1552.005'],
      danger,
      confidence,
      at: 0,
      why,
    });
    if (INNER_SCHEMES.has(target.scheme))
      return make('inner_scheme_ssrf', 80, 85, `a ${target.scheme} address`);
    if (!target.scheme.startsWith('http')) return undefined;
    if (METADATA.has(target.host))
      return make('metadata_ssrf', 85, 95, `the metadata service ${target.host}`);
    // A redirect back to a developer's own machine is common in OAuth flows: it proves little.
    const redirect = /redirect|callback|return|referer|origin/.test(view.part);
    if (LOOPBACK_NAMES.has(target.host) || target.host.startsWith('127.'))
      return redirect ? undefined : make('loopback_ssrf', 65, 75, `the server's own address ${target.host}`);
    if (isDisguisedNumber(target.host))
      return make('disguised_address', 65, 80, `the address written as ${target.host}`);
    if (isPrivate(target.host) && !redirect)
      return make('internal_ssrf', 55, 60, `the private address ${target.host}`);
    return undefined;
  },
};

/** Decimal, octal or hexadecimal forms of an address: `2130706433`, `0x7f.1`, `0177.0.0.1`. */
export function isDisguisedNumber(host: string): boolean {
  return (
    /^(?:\d{8,10}|0x[0-9a-f]{6,8}|0[0-7]{9,12})$/.test(host) ||
    /^(?:0x[0-9a-f]{1,2}|0\d{2,7})\.[\da-fx.]{1,40}$/.test(host)
  );
}

function isPrivate(host: string): boolean {
  return /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]{3,7}$/.test(host);
}
