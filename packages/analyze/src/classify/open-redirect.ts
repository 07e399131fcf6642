import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { remoteTarget } from './remote-target.ts';
import { isDisguisedNumber } from './ssrf.ts';

const REDIRECT_PARTS =
  /^(?:url|uri|u|r|to|go|out|link|next|dest|destination|target|continue|view|checkout_url|image_url|rurl|redir|redirect|redirect_ur[il]|redirecturl|return|returnto|return_to|return_url|returnurl|forward|location|callback|goto|exit|jump|login)$/;

/** Addresses of other hosts spelled so that a check for "starts with a slash" or "our host" lets them pass. */
export const openRedirect: Classifier = {
  triggers: ['//', '\\/', '/\\', ':/', '\\\\', 'http:', 'https:'],

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

function redirectTrick(view: PayloadView): { readonly confidence: number; readonly why: string } | undefined {
  const text = view.lower;
  if (
    /^\/{0,8}https?:[/\\]{0,8}[\w.-]/.test(text) &&
    (text.startsWith('/') || !/^https?:\/\/[\w[]/.test(text))
  )
    return { confidence: 65, why: 'an address of another host behind slashes or with slashes missing' };
  const target = remoteTarget(text);
  if (target === undefined) return undefined;
  const host = /^[\w.-]{1,253}$/.test(target.host) && target.host.includes('.');
  const web = target.scheme === '' || target.scheme.startsWith('http');
  if (!web) return undefined;
  if (target.user && /[a-z]/.test(target.host + target.rest))
    return { confidence: 65, why: 'a trusted name stands in front of an @' };
  if (target.slashes.includes('\\') && host)
    return { confidence: 65, why: 'backslashes stand in for slashes' };
  if (/\/\.\.(?:\/|$)/.test(target.rest)) return { confidence: 58, why: 'a step upward behind the host' };
  if (target.scheme === '' && target.slashes.length > 2 && host)
    return { confidence: 62, why: 'more slashes than an address has' };
  if (isDisguisedNumber(target.host)) return { confidence: 60, why: 'the address is written as a number' };
  if (target.scheme === '' && host && REDIRECT_PARTS.test(view.part))
    return { confidence: 50, why: 'an address of another host without its scheme' };
  return undefined;
}
