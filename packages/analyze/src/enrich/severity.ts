import type { AttackType } from '@aegis/model';

/** How bad an attack of each type is, 0-100. */
export const SEVERITY: Readonly<Record<AttackType, number>> = Object.freeze({
  command_execution: 100,
  remote_file_inclusion: 100,
  php_code_injection: 100,
  php_object_injection: 100,
  malware_download: 100,
  file_upload: 95,
  sql_injection: 90,
  xxe_injection: 90,
  template_injection: 90,
  nosql_injection: 80,
  ssrf: 75,
  ldap_injection: 70,
  cross_site_scripting: 60,
  local_file_inclusion: 65,
  path_traversal: 60,
  crlf_injection: 60,
  credential_stuffing: 60,
  brute_force: 60,
  vulnerability_probe: 45,
  protocol_attack: 45,
  scanner: 35,
  path_enumeration: 35,
  open_redirect: 30,
  'wp-content': 20,
  index: 20,
  unknown: 0,
});

/** Types below it (`index`, `wp-content`, `unknown`) are no attacks, only places that were visited. */
export const LEAST_SEVERITY = 30;

/** The gravest first; the order of the vocabulary where two are equal. */
export function bySeverity(a: AttackType, b: AttackType): number {
  return SEVERITY[b] - SEVERITY[a];
}
