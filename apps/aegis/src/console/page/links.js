import { element } from './element.js';

/** What the part of the address after `#` can ask for. */

/**
 * @typedef {{ readonly kind: 'address' | 'session', readonly name: string }} Place
 */

/**
 * @param {Place} place
 * @returns {string} `#/address/192.0.2.1`
 */
export function hashOf({ kind, name }) {
  return `#/${kind}/${encodeURIComponent(name)}`;
}

/**
 * @param {string} hash
 * @returns {Place | undefined} nothing for what is no place
 */
export function placeOf(hash) {
  const [, kind, encoded] = /^#\/(address|session)\/([^/]+)$/.exec(hash) ?? [];
  if ((kind !== 'address' && kind !== 'session') || encoded === undefined) return undefined;
  try {
    return { kind, name: decodeURIComponent(encoded) };
  } catch {
    return undefined;
  }
}

/**
 * @param {string} address
 * @returns {HTMLAnchorElement}
 */
export function addressLink(address) {
  return element('a', { href: hashOf({ kind: 'address', name: address }), class: 'mono' }, address);
}

/**
 * @param {string} id
 * @param {string} words
 * @returns {HTMLAnchorElement}
 */
export function sessionLink(id, words) {
  return element('a', { href: hashOf({ kind: 'session', name: id }) }, words);
}
