import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { isDisguisedNumber } from './internal-host.ts';
import { remoteTarget } from './remote-target.ts';

const REDIRECT_PARTS =
  /^(?:url|uri|u|r|to|go|out|link|next|dest|destination|target|continue|view|checkout_url|image_url|rurl|redir|redirect|redirect_ur[il]|redirecturl|return|returnto|return_to|return_url|returnurl|forward|location|callback|goto|exit|jump|login)$/;

/** Addresses of other hosts spelled so that a check for "starts with a slash" or "our host" lets them pass. */
export const openRedirect: Classifier = {
  triggers: [
    '//',
    '\\/',
    '/\\',
    ':/',
    '\\\\',
    'http:',
    'https:',
    ';//',
    './/',
    ',//',
    '/;/',
    '@',
    '/\t',
    '/\n',
    '/\r',
    '/\0',
    '〱',
    '〵',
    'ゝ',
    'ー',
    'ｰ',
    '。',
    '．',
    '｡',
  ],

  classify(view: PayloadView): Signal | undefined {
    if (view.place !== 'query' && view.place !== 'path' && view.place !== 'body') return undefined;
    const trick = redirectTrick(view);
    if (trick === undefined) return undefined;
    const wanted = view.place !== 'path' && REDIRECT_PARTS.test(view.part);
    return {
      attackType: 'open_redirect',
      indicators: ['open_redirect'],
      techniques: ['T1190', 'T1566.002'],
      danger: 30,
      confidence: Math.min(95, trick.confidence + (wanted ? 20 : 0)),
      at: 0,
      why: trick.why,
    };
  },
};

/** Slashes with blanks or control characters between, which browsers drop (URL Standard, section 4.4). */
const BROKEN_SLASHES = /^\/{0,2}(?:https?:)?[/\\]{1,4}[\t\r\n\0]{1,4}[/\\]{0,4}[\w-]{1,63}\./;
/** Characters that a host cannot hold and at which careless parsers stop. */
const CUT_HOST =
  /^(?:https?:)?\/\/[^/?#\s]{1,200}(?:%(?:00|0[9ad]|2[35f]|3f|5c|40)|&\w[\w-]{0,62}\.|[\0\t\r\n])/;
/** Marks that browsers fold into a slash or a dot: `〱`, `。`. */
const FOLDED_MARKS = /^(?:https?:\/\/|\/{0,2})(?:[〱〵ゝーｰ][\w-]{1,63}\.|[\w.-]{1,100}[。．｡][\w-]{2,24})/;
/** A path of the site itself with a parameter that leads elsewhere without a scheme. */
const INNER_REDIRECT =
  /^\/[^?#\s]{0,100}\?(?:[^\s#]{0,200}&)?(?:url|u|next|redirect|redirect_ur[il]|redir|rurl|return|return_to|returnurl|dest|destination|continue|goto|to|target)=(?:\/\/|\/\\|\\\/|\/\\\/)[\w-]{1,63}\./;
const REPEATED_REDIRECT =
  /[?&](?:url|u|next|redirect|redirect_ur[il]|redir|rurl|return|return_to|returnurl|dest|destination|continue|goto|to|target|image_url|go|checkout_url)=(?:https?:)?[/\\]/g;
/** Nobody encodes letters without a reason. */
const ENCODED_LETTERS = /^(?:%[46][1-9a-f]|%[57][0-9a]){3}/i;
/** A letter, digit or dot of the host itself is encoded, as it was sent. */
const ENCODED_HOST = /^(?:https?:)?\/\/[\w.-]{0,60}%(?:[46][1-9a-f]|[57][0-9a]|3[0-9]|2e)/i;
/** Brackets or quotes that a filter takes away in front of the slashes, or a scheme with a slip in it. */
const FILTERED =
  /^\/?(?:<>|\{\}|\[\]|\(\)|["'`;,]{1,2})\/\/(?:[\w-]{1,63}\.){1,4}[a-z]{2,24}(?:[/?#]|$)|^\/;\/(?:[\w-]{1,63}\.){1,4}[a-z]{2,24}(?:[/?#]|$)|^https?[;.,]\/\/\w|^h?t{0,2}p?https?:\/\/t{0,2}p?s?:?\/\/\w/;
/** What is appended to the name of the site makes another host of it: `@evil.example`. */
const APPENDED = /^@(?:[\w-]{1,63}\.){1,4}[a-z]{2,24}\/?$/;
const BARE_HOST = /^\/\/(?:[\w-]{1,63}\.){1,4}[a-z]{2,24}\/{0,2}$/;

interface Trick {
  readonly confidence: number;
  readonly why: string;
}

function redirectTrick(view: PayloadView): Trick | undefined {
  const text = view.lower;
  if (
    /^\/{0,8}https?:[/\\]{0,8}[\w.[-]/.test(text) &&
    (text.startsWith('/') || !/^https?:\/\/[\w[]/.test(text))
  )
    return { confidence: 65, why: 'an address of another host behind slashes or with slashes missing' };
  if (BROKEN_SLASHES.test(text)) return { confidence: 70, why: 'control characters between the slashes' };
  if (CUT_HOST.test(text))
    return { confidence: 68, why: 'a host with a character in it that parsers stop at' };
  const repeated = text.match(REPEATED_REDIRECT);
  if (repeated !== null && repeated.length >= 3)
    return { confidence: 62, why: 'one address under every name that a redirect may have' };
  if (ENCODED_LETTERS.test(view.sent) && /^https?:\/\/|^\/\/[\w-]/.test(text))
    return { confidence: 62, why: 'an address whose letters are percent-encoded' };
  if (ENCODED_HOST.test(view.sent))
    return { confidence: 60, why: 'an address whose host is percent-encoded in part' };
  if (FILTERED.test(text))
    return { confidence: 60, why: 'an address that shows once a filter has done its work' };
  if (APPENDED.test(text) && REDIRECT_PARTS.test(view.part))
    return { confidence: 40, why: 'the rest of a host, which makes another of the name in front of it' };
  if (FOLDED_MARKS.test(text)) return { confidence: 62, why: 'marks that are folded into slashes or dots' };
  if (INNER_REDIRECT.test(text))
    return { confidence: 62, why: 'a redirect of the site that leads elsewhere' };
  return targetTrick(view, text);
}

function targetTrick(view: PayloadView, text: string): Trick | undefined {
  const target = remoteTarget(text);
  if (target === undefined) return undefined;
  const host = /^[\w.-]{1,253}$/.test(target.host) && target.host.includes('.');
  const web = target.scheme === '' || target.scheme.startsWith('http');
  if (!web) return undefined;
  // `https://ann@host/` is how one signs in; a name with a dot in front of the `@` is a host that deceives.
  const deceiving =
    target.user !== undefined && (/[.%\\:;]/.test(target.user) || REDIRECT_PARTS.test(view.part));
  if (deceiving && /[.:\d]/.test(target.host))
    return { confidence: 65, why: 'a trusted name stands in front of an @' };
  if (target.slashes.includes('\\') && host)
    return { confidence: 65, why: 'backslashes stand in for slashes' };
  if (target.slashes === '//' && (host || target.scheme !== '') && target.rest.startsWith('\\'))
    return { confidence: 65, why: 'a backslash ends the host for browsers only' };
  if (/\/\.\.$|\/\.\.\/(?:\.\.|\/|$)/.test(target.rest))
    return { confidence: 58, why: 'a step upward behind the host' };
  if (target.slashes.length > 2 && host) return { confidence: 62, why: 'more slashes than an address has' };
  if (isDisguisedNumber(target.host) || /^::(?:ffff:)?\d{1,3}(?:\.\d{1,3}){3}$/.test(target.host))
    return { confidence: 60, why: 'the address is written as a number' };
  if (/^[/?]https?:\/\/[\w-]/.test(target.rest))
    return { confidence: 55, why: 'a trusted address stands behind the real one' };
  if (target.scheme !== '' || !host) return undefined;
  if (BARE_HOST.test(text)) return { confidence: 55, why: 'a bare host without its scheme' };
  if (REDIRECT_PARTS.test(view.part))
    return { confidence: 50, why: 'an address of another host without its scheme' };
  return undefined;
}
