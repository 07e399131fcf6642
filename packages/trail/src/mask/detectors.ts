import { cover, HIDDEN, hide, keep, type Mask } from './mask.ts';

/** What is found in text by itself. */
export const DETECTORS = [
  'idCard',
  'phone',
  'bankCard',
  'email',
  'plate',
  'token',
  'password',
  'privateKey',
  'oneTimeCode',
  'address',
] as const;
export type DetectorName = (typeof DETECTORS)[number];

/** The masks of the detectors that are on. */
export type DetectorMasks = Readonly<Partial<Record<DetectorName, Mask>>>;

/** All but addresses: those are what an intrusion defence speaks about. */
export const DEFAULT_DETECTORS: readonly DetectorName[] = DETECTORS.filter((name) => name !== 'address');

/** How each is masked where nothing else was said. */
export const DEFAULT_MASKS: Readonly<Record<DetectorName, Mask>> = Object.freeze({
  idCard: (found) => keep(1, 1)(digitsOf(found)),
  phone: (found) => cover(3, 7)(digitsOf(found)),
  bankCard: (found) => keep(6, 4)(digitsOf(found)),
  email: (found) => `${found.slice(0, 1)}${HIDDEN}${found.slice(found.indexOf('@'))}`,
  plate: (found) => `${found.slice(0, 2)}${HIDDEN}${found.slice(-2)}`,
  token: (found) => `${/^(?:aegis_[0-9a-f]{16}_|eyJ|[A-Za-z]{2,6}[_-])?/.exec(found)?.[0] ?? ''}${HIDDEN}`,
  password: hide,
  privateKey: hide,
  oneTimeCode: hide,
  address: (found) =>
    found.includes(':')
      ? `${found.split(':').slice(0, 2).join(':')}:*`
      : `${found.slice(0, found.lastIndexOf('.'))}.*`,
});

/** Without the blanks and dashes between groups. */
function digitsOf(found: string): string {
  return found.replace(/[ -]/g, '');
}
