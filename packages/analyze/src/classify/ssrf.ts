import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { internalHost } from './internal-host.ts';
import { remoteTarget } from './remote-target.ts';

/** Schemes that speak to services no browser is meant to reach. */
const INNER_SCHEMES: ReadonlySet<string> = new Set([
  'gopher:',
  'dict:',
  'ldap:',
  'ldaps:',
  'tftp:',
  'sftp:',
  'netdoc:',
  'smb:',
  'unix:',
]);
/** Schemes around another address or path. */
const WRAPPED = /^(?:jar:(?:https?|ftp|file):|netdoc:\/|unix:\/|url:(?:https?|file|ftp|gopher):)/;
/** A second authority behind one that a careless parser stops at: `example.org#@127.0.0.1`. */
const SECOND_AUTHORITY = /^[#?\\]{1,2}@([^/\\?#:\s]{1,100})/;
const ANYWHERE =
  /(?:\/\/|@)(?:169\.254\.169\.254|metadata\.google\.internal|100\.100\.100\.200|\[fd00:ec2::254\])(?![\d.]*\d)/;

const LISTENERS = [
  '.burpcollaborator.net',
  '.oastify.com',
  '.oast.',
  '.interact.sh',
  '.interactsh.com',
  '.dnslog.',
  '.ceye.io',
  '.bxss.',
  '.requestrepo.com',
  'webhook.site/',
  '.canarytokens.com',
  '.pipedream.net',
];
/** Hosts at which testers see that a server they cannot look into has asked for something. */
const LISTENER =
  /[\w-]\.(?:burpcollaborator\.net|oastify\.com|oast\.(?:pro|live|site|online|fun|me)|interact(?:\.sh|sh\.com)|dnslog\.\w{2,4}|ceye\.io|bxss\.(?:me|in)|requestrepo\.com|canarytokens\.com|pipedream\.net)\b|webhook\.site\/[\da-f]{8}-/;

/** An address of the server's own network or machine, given to the server to fetch. */
export const ssrf: Classifier = {
  triggers: [
    '://',
    ':\\\\',
    '//',
    'jar:',
    'netdoc:',
    'unix:',
    'url:',
    'http:',
    'localhost:',
    '127.',
    '0.0:',
    '169.254.',
    '100.100.',
    '192.0.0.',
    ...LISTENERS,
  ],

  classify(view: PayloadView): Signal | undefined {
    const { lower } = view;
    if (view.place === 'command' || view.place === 'login') return undefined;
    const listener = lower.search(LISTENER);
    if (listener >= 0)
      return {
        ...signal('out_of_band_host', 70, 88, 'a host that only tells its owner who looked it up'),
        at: listener,
      };
    if (view.place !== 'query' && view.place !== 'body') return undefined;
    if (WRAPPED.test(lower)) return signal('inner_scheme_ssrf', 80, 85, 'an address inside another scheme');
    const target = remoteTarget(lower);
    if (target === undefined) return bareAddress(lower) ?? elsewhere(lower);
    const { scheme, rest } = target;
    if (INNER_SCHEMES.has(scheme)) return signal('inner_scheme_ssrf', 80, 85, `a ${scheme} address`);
    const second = SECOND_AUTHORITY.exec(rest)?.[1];
    const host = second !== undefined && internalHost(second) !== undefined ? second : target.host;
    const inside = internalHost(host);
    if (inside === undefined) return elsewhere(lower);
    if (inside.kind === 'metadata') return signal('metadata_ssrf', 85, 95, `the metadata service ${host}`);
    // `//fileserver.local/share` is a share.
    if (scheme === '' && inside.kind !== 'loopback' && !/^[\d.]+$/.test(host)) return undefined;
    if (inside.disguised) return signal('disguised_address', 65, 80, `the address written as ${host}`);
    // A redirect back to a developer's own machine is common in OAuth flows: it proves little.
    if (/redirect|callback|return|referer|origin/.test(view.part) && scheme.startsWith('http'))
      return undefined;
    if (inside.kind === 'loopback')
      return signal('loopback_ssrf', 65, 75, `the server's own address ${host}`);
    return signal('internal_ssrf', 55, 60, `the address ${host} inside the network`);
  },
};

/** Ports of services that only the machine itself should reach. */
const INNER_PORT =
  /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|0\.0\.0\.0):(?:22|25|111|389|445|873|1433|2049|2181|237[56789]|3306|5432|5672|5984|6379|8500|9000|9042|9200|10250|11211|15672|27017)(?:\/|$)/;

/** `169.254.169.254`, `localhost:6379`: the scheme is left to the server. */
function bareAddress(lower: string): Signal | undefined {
  if (/^\d{1,3}(?:\.\d{1,3}){3}(?:[:/]|$)/.test(lower)) {
    const host = lower.slice(0, 15).replace(/[:/].*$/s, '');
    if (internalHost(host)?.kind === 'metadata')
      return signal('metadata_ssrf', 85, 82, `the metadata service ${host}`);
  }
  return INNER_PORT.test(lower)
    ? signal('loopback_ssrf', 65, 65, 'a service on the own machine of the server')
    : undefined;
}

function elsewhere(lower: string): Signal | undefined {
  return ANYWHERE.test(lower)
    ? signal('metadata_ssrf', 85, 88, 'the address of a metadata service in a value')
    : undefined;
}

function signal(indicator: string, danger: number, confidence: number, why: string): Signal {
  return {
    attackType: 'ssrf',
    indicators: [indicator],
    techniques: ['T1190', 'T1552.005'],
    danger,
    confidence,
    at: 0,
    why,
  };
}
