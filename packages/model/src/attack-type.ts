import { z } from 'zod';

/** The one vocabulary of attack types; sensors' own names are mapped onto it by the normalizer. */
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
  'wp-content',
  'index',
  'unknown',
] as const;

export type AttackType = (typeof ATTACK_TYPES)[number];
export const AttackType: z.ZodType<AttackType> = z.enum(ATTACK_TYPES);
