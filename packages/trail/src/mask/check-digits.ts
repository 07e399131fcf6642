const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const ID_CHECKS = '10X98765432';

/** Whether 18 characters are a resident id of GB 11643: a date of birth and a check digit (ISO 7064, MOD 11-2). */
export function isResidentId(text: string): boolean {
  if (text.length !== 18 || text.charCodeAt(0) === ZERO) return false;
  const month = Number(text.slice(10, 12));
  const day = Number(text.slice(12, 14));
  const century = text.slice(6, 8);
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  if (century !== '18' && century !== '19' && century !== '20') return false;
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (text.charCodeAt(i) - ZERO) * (ID_WEIGHTS[i] as number);
  return ID_CHECKS[sum % 11] === text[17]?.toUpperCase();
}

/** Whether 14 to 19 digits are a bank card: a first digit that issuers have, and Luhn's check (ISO/IEC 7812-1). */
export function isBankCard(digits: string): boolean {
  if (digits.length < 14 || digits.length > 19 || !/^(?:[2-6]|81)/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - ZERO;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const ZERO = 48;
