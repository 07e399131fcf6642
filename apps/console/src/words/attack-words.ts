import type { AttackType } from '../api/documents.ts';
import { readable } from './readable.ts';
import { speech } from './words.svelte.ts';

/** Every type one can ask for, as the API spells it. */
export const ATTACK_TYPES = [
  'sql_injection',
  'nosql_injection',
  'cross_site_scripting',
  'command_execution',
  'local_file_inclusion',
  'remote_file_inclusion',
  'path_traversal',
  'php_code_injection',
  'php_object_injection',
  'template_injection',
  'xxe_injection',
  'crlf_injection',
  'ldap_injection',
  'ssrf',
  'open_redirect',
  'file_upload',
  'credential_stuffing',
  'brute_force',
  'path_enumeration',
  'vulnerability_probe',
  'scanner',
  'malware_download',
  'protocol_attack',
] as const satisfies readonly AttackType[];

/** An attack type for people. */
export function attackWords(type: string): string {
  const names: Readonly<Record<string, string>> = speech.words.attacks;
  return Object.hasOwn(names, type) ? (names[type] ?? type) : readable(type);
}
