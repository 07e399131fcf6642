import type { AttackType } from '@aegis/model';

/** Attack types as a person would name them. */
const TYPES: Readonly<Record<AttackType, string>> = {
  sql_injection: 'SQL injection',
  nosql_injection: 'NoSQL injection',
  cross_site_scripting: 'cross-site scripting',
  command_execution: 'command execution',
  local_file_inclusion: 'local file inclusion',
  remote_file_inclusion: 'remote file inclusion',
  path_traversal: 'path traversal',
  php_code_injection: 'PHP code injection',
  php_object_injection: 'object injection',
  template_injection: 'template injection',
  xxe_injection: 'XML external entity injection',
  crlf_injection: 'CRLF injection',
  ldap_injection: 'LDAP injection',
  ssrf: 'server-side request forgery',
  open_redirect: 'open redirect',
  file_upload: 'upload of a runnable file',
  credential_stuffing: 'credential stuffing',
  brute_force: 'password guessing',
  path_enumeration: 'path enumeration',
  vulnerability_probe: 'probing for vulnerabilities',
  scanner: 'scanning',
  malware_download: 'malware download',
  protocol_attack: 'protocol attack',
  'wp-content': 'WordPress probing',
  index: 'visit of the index',
  unknown: 'unknown activity',
};

/** The kinds of a type that have a name of their own, by indicator. */
const KINDS: Readonly<Partial<Record<AttackType, ReadonlyMap<string, string>>>> = {
  sql_injection: new Map([
    ['union_based_sqli', 'union-based'],
    ['time_based_blind', 'time-based blind'],
    ['boolean_based_sqli', 'boolean-based'],
    ['error_based_sqli', 'error-based'],
    ['stacked_query', 'stacked-query'],
  ]),
  template_injection: new Map([['log4shell_jndi', 'Log4Shell']]),
  command_execution: new Map([['shellshock', 'Shellshock']]),
};

/** `union-based SQL injection`. Indicators of other types, as a session holds them too, say nothing about this one. */
export function attackWords(type: AttackType, indicators: readonly string[]): string {
  const kinds = KINDS[type];
  const kind = indicators.map((indicator) => kinds?.get(indicator)).find((words) => words !== undefined);
  return kind === undefined ? TYPES[type] : `${kind} ${TYPES[type]}`;
}
